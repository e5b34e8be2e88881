// The messages of a thread. Only what is in sight is in the document, however long the thread is.
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import type { Message } from '../../contract/message.ts'
import type { Timeline } from '../../client/timeline.ts'
import { forgetAt } from '../route.ts'
import { useClient } from '../use-client.ts'
import { useMessages } from '../use-messages.ts'
import { useWords } from '../words.ts'
import { Newest } from './newest.tsx'
import { rowsOf } from './timeline-rows.ts'
import { TimelineRow } from './timeline-row.tsx'
import { usePeople } from './people.ts'
import { useJump } from './use-jump.ts'
import { useReadMark } from './use-read-mark.ts'

type Props = {
  timeline: Timeline
  /** A message to go to, by its seq. */
  at: number | null
  firstUnread: number | null
  onReply(message: Message): void
  onEdit(message: Message): void
}

/** So near to the end, in pixels, the newest message counts as seen. */
const near = 80
/** After a page that could not be had. */
const patience = 3_000
/** A list that is told to go to a line takes some frames: lines put before it would lead it astray. */
const settling = 250
/** So many lines before the end of what is loaded, more of it is fetched. */
const early = 15

export function TimelineView({ timeline, at, firstUnread, onReply, onEdit }: Props) {
  const { threadId } = timeline
  const words = useWords()
  const people = usePeople()
  const client = useClient()
  const jump = useJump(threadId)
  const scroller = useRef<HTMLDivElement>(null)
  /** Which stretch of the thread is shown: the one around this seq, or the newest. */
  const [around, setAround] = useState(firstUnread ?? undefined)
  const [target, setTarget] = useState<number | null>(null)
  const shown = useMessages(timeline, around)
  const { messages, pending, reach, hasEarlier, hasLater } = shown
  const rows = useMemo(
    () => rowsOf({ messages, pending, whole: !hasEarlier, firstUnread, me: client.me.id }),
    [messages, pending, hasEarlier, firstUnread, client],
  )
  const getItemKey = useCallback((index: number) => rows[index]?.key ?? index, [rows])
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 64,
    getItemKey,
    overscan: 8,
    anchorTo: 'end',
    followOnAppend: !hasLater,
    scrollEndThreshold: near,
    paddingEnd: 8,
  })
  const items = list.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  const [low, setLow] = useState(false)
  const [going, setGoing] = useState(true)
  const atEnd = low && !hasLater

  useReadMark(timeline, messages.at(-1)?.seq ?? 0, atEnd)
  useLoading(!going && hasEarlier && first < early, shown.loadEarlier)
  useLoading(!going && hasLater && last > rows.length - early, shown.loadLater)

  const goToSeq = useCallback(
    async (seq: number) => {
      if (!(await jump(seq))) return
      setAround(seq)
      setTarget(seq)
      setGoing(true)
    },
    [jump],
  )

  // It opens where reading goes on; that line is the second from above.
  useLayoutEffect(() => {
    const index = rows.findIndex((row) => row.is === 'unread')
    if (index > 0) list.scrollToIndex(index, { align: 'start' })
    else list.scrollToEnd()
    // A thread that fits on the screen is never scrolled, and yet at its end.
    const looked = requestAnimationFrame(() => setTimeout(look))
    return () => cancelAnimationFrame(looked)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, when the thread opens
  }, [])

  useEffect(() => {
    if (!going) return
    const timer = setTimeout(setGoing, settling, false)
    return () => clearTimeout(timer)
  }, [going])

  function look() {
    const { scrollTop, scrollHeight, clientHeight } = scroller.current ?? document.body
    setLow(scrollHeight - scrollTop - clientHeight < near)
  }

  useEffect(() => {
    if (at === null) return
    void goToSeq(at)
    forgetAt(threadId)
  }, [at, goToSeq, threadId])

  useEffect(() => {
    const index = rows.findIndex((row) => row.is === 'message' && row.message.seq === target)
    if (index < 0) return
    list.scrollToIndex(index, { align: 'center' })
    const timer = setTimeout(setTarget, 2_500, null)
    return () => clearTimeout(timer)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the list is the same one for ever
  }, [target])

  // Whoever writes wants to see it.
  const written = pending.length
  useEffect(() => {
    if (written === 0) return
    list.scrollToEnd()
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the list is the same one for ever
  }, [written])

  function goToNewest() {
    setAround(undefined)
    requestAnimationFrame(() => list.scrollToEnd())
  }

  return (
    <div className="timeline-frame">
      <div
        className="timeline"
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label={words.messages}
        onScroll={look}
        onKeyDown={(event) => {
          if (event.key !== 'End') return walk(event)
          // A list that is measured as it goes has its end where the browser does not look for it.
          event.preventDefault()
          goToNewest()
        }}
      >
        <ol
          className={people.length <= 2 ? 'of-two' : undefined}
          style={{ height: list.getTotalSize() }}
        >
          {items.map(({ key, index, start }) => {
            const row = rows[index]
            return (
              row !== undefined && (
                <li
                  key={key}
                  ref={list.measureElement}
                  data-index={index}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <TimelineRow
                    row={row}
                    reach={reach}
                    lit={row.is === 'message' && row.message.seq === target}
                    onReply={onReply}
                    onEdit={onEdit}
                    onJump={goToSeq}
                  />
                </li>
              )
            )
          })}
        </ol>
      </div>
      <Newest timeline={timeline} atEnd={atEnd} onGo={goToNewest} />
    </div>
  )
}

/** Up and down go from message to message, when one of them or the timeline has the focus. */
function walk(event: KeyboardEvent<HTMLDivElement>) {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
  const { target, currentTarget } = event
  if (step === undefined || event.altKey || !(target instanceof HTMLElement)) return
  if (target !== currentTarget && target.tagName !== 'ARTICLE') return
  const messages = [...currentTarget.querySelectorAll('article')].toSorted(
    (a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top,
  )
  const at = messages.findIndex((message) => message === target)
  const next = messages[at < 0 ? messages.length - 1 : at + step]
  event.preventDefault()
  next?.focus({ preventScroll: true })
  next?.scrollIntoView({ block: 'nearest' })
}

/** Fetches more as long as it is due, a page at a time; without a connection it is tried again. */
function useLoading(due: boolean, load: () => Promise<void>) {
  const busy = useRef(false)
  const [, look] = useState(0)
  useEffect(() => {
    if (!due || busy.current) return
    busy.current = true
    const next = () => {
      busy.current = false
      // Another page may be due at once, though nothing moved on the screen.
      look((before) => before + 1)
    }
    load().then(next, () => setTimeout(next, patience))
  })
}
