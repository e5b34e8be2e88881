// Calls somebody who looks elsewhere to a new message: with a sound, with a notification, as they chose.
import { useEffect } from 'react'
import type { Event } from '../contract/events.ts'
import { lineOf } from './names.ts'
import { preferences } from './preferences.ts'
import { goTo, pathOf } from './route.ts'
import { useClient } from './use-client.ts'
import { useWords } from './words.ts'

export function Calls() {
  const words = useWords()
  const client = useClient()
  useEffect(() => {
    function hear(event: Event) {
      if (event.event !== 'message.created') return
      const message = event.data
      const thread = client.state().inbox.get(message.threadId)
      const quiet = message.sender.id === client.me.id || message.kind === 'system'
      if (quiet || document.hasFocus() || (thread?.mutedUntil ?? null) !== null) return
      const { sound, notifications } = preferences()
      if (sound) chime()
      if (!notifications || Notification.permission !== 'granted') return
      const notification = new Notification(message.sender.name, {
        body: lineOf(message, words),
        // One for each thread, and one only however many tabs are open.
        tag: message.threadId,
        icon: '/icon.svg',
      })
      notification.addEventListener('click', () => {
        window.focus()
        goTo(pathOf(message.threadId, message.seq))
        notification.close()
      })
    }
    return client.listen(hear)
  }, [client, words])
  return null
}

/** Two soft tones. */
function chime() {
  const context = new AudioContext()
  const now = context.currentTime
  for (const [index, pitch] of [660, 880].entries()) {
    const tone = context.createOscillator()
    const volume = context.createGain()
    const start = now + index * 0.12
    tone.frequency.value = pitch
    volume.gain.setValueAtTime(0.08, start)
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.25)
    tone.connect(volume).connect(context.destination)
    tone.start(start)
    tone.stop(start + 0.25)
    tone.addEventListener('ended', () => index === 1 && void context.close())
  }
}
