// A found text with the words that were looked for marked in it.

/** What search folds: case, and accents. Letter by letter, so that places stay the same. */
const fold = (text: string) =>
  Array.from(text, (letter) => {
    const plain = letter.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
    return plain.length === letter.length ? plain : letter
  }).join('')

/** The words of a query that say what a message holds: no operators, nothing that is excluded. */
export function wordsOf(query: string): string[] {
  const parts = query.match(/-?(?:\w+:)?"[^"]*"|\S+/gu) ?? []
  return parts
    .filter((part) => !part.startsWith('-') && !/^(from|in|before|after|on|has|is):/.test(part))
    .flatMap((part) => fold(part).match(/[\p{L}\p{N}]+/gu) ?? [])
}

export function Highlighted({ text, query }: { text: string; query: string }) {
  const words = wordsOf(query)
  if (words.length === 0) return text
  // Longer words first: of two that begin alike, the whole one is marked.
  const sought = words.toSorted((a, b) => b.length - a.length).join('|')
  const places = [...fold(text).matchAll(new RegExp(sought, 'gu'))]
  let end = 0
  const parts = places.map(({ index, 0: { length } }) => {
    const before = text.slice(end, index)
    end = index + length
    return [before, <mark key={index}>{text.slice(index, end)}</mark>]
  })
  return (
    <>
      {parts}
      {text.slice(end)}
    </>
  )
}
