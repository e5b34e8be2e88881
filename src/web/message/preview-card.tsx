// What the page behind a link says of itself.
import type { Preview } from '../../contract/preview.ts'

export function PreviewCard({ preview }: { preview: Preview }) {
  const { url, title, description, image, siteName } = preview
  if (title === null && description === null) return null
  return (
    <a className="preview" href={url} target="_blank" rel="noopener noreferrer nofollow">
      {image?.startsWith('https:') && (
        <img src={image} alt="" loading="lazy" referrerPolicy="no-referrer" />
      )}
      <span className="preview-text" dir="auto">
        {siteName !== null && <small>{siteName}</small>}
        {title !== null && <strong>{title}</strong>}
        {description !== null && <span>{description}</span>}
      </span>
    </a>
  )
}
