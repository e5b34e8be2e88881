// What goes on, counted now and then, with its course since this page was opened.
import { useEffect, useState } from 'react'
import type { Metrics } from '../../contract/metrics.ts'
import { useNotices } from '../notices.tsx'
import { usePreferences } from '../preferences.ts'
import { useClient } from '../use-client.ts'
import { useWords } from '../words.ts'
import { Chart } from './chart.tsx'

const every = 5_000
const most = 120

export function MetricsView() {
  const words = useWords()
  const client = useClient()
  const { attempt } = useNotices()
  const [seen, setSeen] = useState<Metrics[]>([])

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let current = true
    async function look() {
      const ask = client.ask('admin.metrics', {})
      await attempt(ask.then((metrics) => setSeen((before) => [...before, metrics].slice(-most))))
      if (current) timer = setTimeout(look, every)
    }
    void look()
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [client, attempt])

  const now = seen.at(-1)
  if (now === undefined) return <div aria-busy="true" />
  const of = (pick: (metrics: Metrics) => number) => seen.map(pick)
  return (
    <div className="figures">
      <Figure name={words.peopleOnline} course={of(({ online }) => online)} />
      <Figure name={words.connections} course={of(({ connections }) => connections)} />
      <Figure name={words.typingNow} course={of(({ typing }) => typing)} />
      <Figure name={words.perMinute} course={of(({ messages }) => messages.minute)} />
      <Figure
        name={words.perHour}
        course={of(({ messages }) => messages.hour)}
        inAll={now.messages.total}
      />
      <Figure
        name={words.newThreadsDay}
        course={of(({ threads }) => threads.day)}
        inAll={now.threads.total}
      />
    </div>
  )
}

function Figure({ name, course, inAll }: { name: string; course: number[]; inAll?: number }) {
  const words = useWords()
  const { language } = usePreferences()
  const number = new Intl.NumberFormat(language)
  return (
    <section className="figure">
      <h3>{name}</h3>
      <p className="number">{number.format(course.at(-1) ?? 0)}</p>
      {inAll !== undefined && (
        <small>
          {number.format(inAll)} {words.inAll}
        </small>
      )}
      <Chart values={course} says={words.overTime(name)} />
    </section>
  )
}
