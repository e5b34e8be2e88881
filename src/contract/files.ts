// The files that a message may carry: what each type is called, and what its names end in. No schemas
// here: the page needs this table too.

export const fileKinds = ['image', 'video', 'audio', 'document'] as const
export type FileKind = (typeof fileKinds)[number]

/**
 * `shown`: a browser may show it on the page. Everything else is offered to be kept, never opened.
 * Containers that differ in a few bytes share their endings: cameras mix them up.
 */
export type FileType = {
  kind: FileKind
  endings: readonly string[]
  shown: boolean
}

const iso = ['mp4', 'm4v', 'm4a', 'mov', 'qt'] as const
const matroska = ['mkv', 'mka', 'webm', 'weba'] as const

const image = (...endings: string[]): FileType => ({ kind: 'image', endings, shown: true })
const video = (endings: readonly string[], shown = true): FileType => ({
  kind: 'video',
  endings,
  shown,
})
const audio = (...endings: string[]): FileType => ({ kind: 'audio', endings, shown: true })
const document = (...endings: string[]): FileType => ({ kind: 'document', endings, shown: false })

/** By media type, which is found in the content and nowhere else. */
export const fileTypes: Readonly<Record<string, FileType>> = {
  'image/jpeg': image('jpg', 'jpeg', 'jpe', 'jfif'),
  'image/png': image('png', 'apng'),
  'image/gif': image('gif'),
  'image/webp': image('webp'),
  'image/avif': image('avif', 'avifs'),
  'video/mp4': video(iso),
  'video/quicktime': video(iso),
  'video/x-msvideo': video(['avi'], false),
  'video/x-matroska': video(matroska),
  'video/webm': video(matroska),
  'audio/mpeg': audio('mp3'),
  'audio/wav': audio('wav', 'wave'),
  'audio/aac': audio('aac'),
  'audio/mp4': audio(...iso),
  'audio/ogg': audio('ogg', 'oga', 'opus'),
  'audio/webm': audio(...matroska),
  'audio/x-matroska': audio(...matroska),
  'application/pdf': document('pdf'),
  'application/msword': document('doc', 'dot'),
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': document('docx'),
  'application/rtf': document('rtf'),
  'text/plain': document('txt', 'text', 'log'),
}

/** For the file chooser of a page. */
export const acceptedFiles = [
  ...new Set(Object.values(fileTypes).flatMap(({ endings }) => endings.map((end) => `.${end}`))),
].join(',')
