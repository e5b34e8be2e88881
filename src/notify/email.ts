// Mails: by Postmark's HTTP API (postmarkapp.com/developer/api/email-api), by the platform's own
// binding, or, on the machine of whoever tries Skein out, nowhere but in the list of deliveries.
import type { Job } from '../contract/delivery.ts'
import { limits } from '../contract/limits.ts'
import { settingsOf } from '../env.ts'
import type { Env } from '../env.ts'
import { userStub } from '../objects/stubs.ts'
import type { Mail } from '../objects/user/away.ts'
import { resultOf } from './channel.ts'
import type { Channel, Result } from './channel.ts'

/** RFC 8058: one click, by the mail program itself, and no question asked. */
const headersOf = ({ unsubscribe }: Mail) => ({
  'List-Unsubscribe': `<${unsubscribe}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
})

export const email: Channel<Extract<Job, { channel: 'email' }>> = {
  recipient: ({ userId }) => userId,

  async deliver(env, { userId, threadIds }) {
    const mail: Mail | null = await userStub(env, userId).letter(threadIds)
    if (!mail) return { is: 'dropped', why: 'it was read by then, or is not wanted any more' }
    const { POSTMARK_API_KEY, OUTBOX } = settingsOf(env)
    if (POSTMARK_API_KEY) return byPostmark(env, mail, POSTMARK_API_KEY)
    if (env.EMAIL) return byBinding(env, env.EMAIL, mail)
    if (OUTBOX) return { is: 'delivered', kept: { title: mail.subject, text: mail.text } }
    return { is: 'refused', why: 'no way to send mail is set up' }
  },
}

async function byPostmark(env: Env, mail: Mail, key: string): Promise<Result> {
  const { POSTMARK_FROM, POSTMARK_URL } = settingsOf(env)
  const { to, subject, text, html } = mail
  const headers = Object.entries(headersOf(mail)).map(([Name, Value]) => ({ Name, Value }))
  try {
    const response = await fetch(`${POSTMARK_URL}/email`, {
      method: 'POST',
      headers: {
        Accept: 'application/json',
        'Content-Type': 'application/json',
        'X-Postmark-Server-Token': key,
      },
      body: JSON.stringify({
        ...{ From: POSTMARK_FROM, To: to, Subject: subject, TextBody: text, HtmlBody: html },
        ...{ Headers: headers, MessageStream: 'outbound' },
      }),
      signal: AbortSignal.timeout(limits.deliveryMs),
    })
    return await resultOf(response)
  } catch {
    return { is: 'later', why: 'Postmark did not answer' }
  }
}

async function byBinding(env: Env, binding: SendEmail, mail: Mail): Promise<Result> {
  const { to, subject, text, html } = mail
  const from = settingsOf(env).POSTMARK_FROM
  try {
    await binding.send({ from, to, subject, text, html, headers: headersOf(mail) })
    return { is: 'delivered' }
  } catch (error) {
    return { is: 'later', why: error instanceof Error ? error.message : String(error) }
  }
}
