// What a page says of itself, to be shown below a link to it.
import { z } from 'zod'

/** `url` is the link as it was written. Texts are plain; addresses are absolute http(s) URLs. */
export const Preview = z.object({
  url: z.string(),
  title: z.string().nullable(),
  description: z.string().nullable(),
  image: z.string().nullable(),
  siteName: z.string().nullable(),
  favicon: z.string().nullable(),
})
export type Preview = z.infer<typeof Preview>

/** Why a page cannot be had, for people to read. */
export const NoPreview = z.object({ url: z.string(), error: z.string() })
export type NoPreview = z.infer<typeof NoPreview>
