// Calls somebody who looks elsewhere to a new message: with a sound, with a notification, as they chose.
import { useEffect } from 'react'
import type { Event } from '../contract/events.ts'
import type { Message } from '../contract/message.ts'
import type { Client } from '../client/client.ts'
import { callsMe, lineOf } from './names.ts'
import { preferences } from './preferences.ts'
import { goTo, pathOf } from './route.ts'
import { useClient } from './use-client.ts'
import { useLoadedWishes, wishesOf } from './use-wishes.ts'
import { useWords } from './words.ts'
import type { Words } from './words.ts'

export function Calls() {
  const words = useWords()
  const client = useClient()
  useLoadedWishes()
  useEffect(() => {
    function hear(event: Event) {
      if (event.event === 'read.updated' && event.data.userId === client.me.id && event.threadId)
        void takeAway(event.threadId)
      if (event.event !== 'message.created') return
      const message = event.data
      if (document.hasFocus() || !isWanted(message, client)) return
      if (wishesOf(client)?.soundEnabled) chime()
      if (preferences().notifications && Notification.permission === 'granted')
        void show(message, words)
    }
    return client.listen(hear)
  }, [client, words])
  useEffect(() => {
    // A notification was clicked that the background showed.
    const go = ({ data }: MessageEvent<{ path: string }>) => goTo(data.path)
    const background = 'serviceWorker' in navigator ? navigator.serviceWorker : null
    background?.addEventListener('message', go)
    return () => background?.removeEventListener('message', go)
  }, [])
  return null
}

/** Whether I want to hear of it, as I said of its thread and of my mentions. */
function isWanted(message: Message, client: Client): boolean {
  if (message.sender.id === client.me.id || message.kind === 'system') return false
  const wishes = wishesOf(client)
  const level = wishes?.threads[message.threadId] ?? 'all'
  const named = callsMe(message, client.me.id)
  const muted = (client.state().inbox.get(message.threadId)?.mutedUntil ?? null) !== null
  if (muted && !(named && wishes?.mentionsThroughMute)) return false
  return level === 'all' || (level === 'mentions' && named)
}

async function show(message: Message, words: Words) {
  const { threadId, seq, sender } = message
  // One for each thread, and one only however many tabs are open; a push of the same replaces it.
  const about = { body: lineOf(message, words), tag: threadId, icon: '/icon.svg' }
  const background = await backgroundOf()
  if (background) return background.showNotification(sender.name, about)
  const notification = new Notification(sender.name, about)
  notification.addEventListener('click', () => {
    window.focus()
    goTo(pathOf(threadId, seq))
    notification.close()
  })
}

/** What was read needs no notification any more. */
async function takeAway(threadId: string) {
  const shown = await (await backgroundOf())?.getNotifications({ tag: threadId })
  for (const notification of shown ?? []) notification.close()
}

const backgroundOf = async () =>
  'serviceWorker' in navigator ? navigator.serviceWorker.getRegistration() : undefined

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
