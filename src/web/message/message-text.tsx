// What a message says: as text with its links and names, or as the markup that its sender wrote.
import type { Message } from '../../contract/message.ts'
import { nameIn, usePeople } from '../chat/people.ts'
import { useClient } from '../use-client.ts'
import { useWords } from '../words.ts'

/** Text that is an address, without the full stop or bracket that ends the sentence around it. */
const address = /https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]}’»]/giu
const onlyEmoji = /^(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\u200D|\p{Emoji_Modifier}|\s)+$/u
const fewEmoji = 12

export function MessageText({ message }: { message: Message }) {
  const words = useWords()
  const { content, format } = message
  if (content === null) return <p className="content">{words.deleted}</p>
  if (format === 'html')
    // The server has cleaned it with an allow-list before it was stored.
    return <div className="content rich" dir="auto" dangerouslySetInnerHTML={{ __html: content }} />
  const large = content.length <= fewEmoji && onlyEmoji.test(content)
  return (
    <p className={large ? 'content large' : 'content'} dir="auto">
      <Linked message={message} content={content} />
    </p>
  )
}

function Linked({ message, content }: { message: Message; content: string }) {
  let end = 0
  const parts = [...content.matchAll(address)].map(({ index, 0: url }) => {
    const before = content.slice(end, index)
    end = index + url.length
    return [
      <Named key={index} message={message} text={before} />,
      <a key={url + index} href={url} target="_blank" rel="noopener noreferrer nofollow">
        {url}
      </a>,
    ]
  })
  return (
    <>
      {parts}
      <Named message={message} text={content.slice(end)} />
    </>
  )
}

/** The names of those who are mentioned stand out; mine most of all. */
function Named({ message, text }: { message: Message; text: string }) {
  const people = usePeople()
  const { me } = useClient()
  const named = new Map(message.mentions.map((id) => [`@${nameIn(people, id)}`, id]))
  // Everybody is me, too.
  if (message.everyone !== undefined) named.set(`@${message.everyone}`, me.id)
  const form = [...named.keys()].toSorted((a, b) => b.length - a.length).map(escape)
  if (form.length === 0) return text
  return text.split(new RegExp(`(${form.join('|')})`, 'u')).map((part, index) => {
    const id = named.get(part)
    if (id === undefined) return part
    return (
      // oxlint-disable-next-line react/no-array-index-key -- the parts of one text never move
      <span key={index} className={id === me.id ? 'mention me' : 'mention'}>
        {part}
      </span>
    )
  })
}

const escape = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
