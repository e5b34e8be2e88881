// The bucket of what people uploaded. A stored file is named by its id, and says whose it is; an
// upload under way is kept apart from what was looked at.

const keyOf = (file: string) => `files/${file}`
const incomingKey = (uploadId: string) => `incoming/${uploadId}`

/** Whole, in one request: `bytes` are checked against their hash on the way. */
export async function putFile(
  bucket: R2Bucket,
  file: string,
  owner: string,
  { bytes, type, sha256 }: { bytes: Uint8Array; type: string; sha256: string },
): Promise<void> {
  await bucket.put(keyOf(file), bytes, { ...about(owner, type), sha256 })
}

/** As it comes; what breaks off is not stored. `body` knows its length. */
export async function streamFile(
  bucket: R2Bucket,
  file: string,
  owner: string,
  { body, type }: { body: ReadableStream; type: string },
): Promise<void> {
  await bucket.put(keyOf(file), body, about(owner, type))
}

/** In parts, for a file whose end is not in sight. */
export const beginFile = (bucket: R2Bucket, file: string, owner: string, type: string) =>
  bucket.createMultipartUpload(keyOf(file), about(owner, type))

const about = (owner: string, contentType: string): R2PutOptions => ({
  httpMetadata: { contentType },
  // Metadata travels in headers, which hold no more than ASCII.
  customMetadata: { owner: encodeURIComponent(owner) },
})

/** What is known of a stored file without reading it, and whose it is; null for none. */
export async function findFile(bucket: R2Bucket, file: string) {
  const found = await bucket.head(keyOf(file))
  if (!found) return null
  const { size, httpEtag, uploaded } = found
  return {
    size,
    httpEtag,
    uploaded,
    owner: decodeURIComponent(found.customMetadata?.['owner'] ?? ''),
  }
}

/** All of a stored file or a part of it, as a stream; null for none. */
export const readFile = (
  bucket: R2Bucket,
  file: string,
  range?: { offset: number; length: number },
): Promise<R2ObjectBody | null> => bucket.get(keyOf(file), range && { range })

export const eraseFile = (bucket: R2Bucket, file: string) => bucket.delete(keyOf(file))

export const beginIncoming = (bucket: R2Bucket, uploadId: string) =>
  bucket.createMultipartUpload(incomingKey(uploadId))

export const resumeIncoming = (bucket: R2Bucket, uploadId: string, r2Upload: string) =>
  bucket.resumeMultipartUpload(incomingKey(uploadId), r2Upload)

export const readIncoming = (bucket: R2Bucket, uploadId: string) =>
  bucket.get(incomingKey(uploadId))

/** Forgets an upload, as far as it came. */
export async function eraseIncoming(
  bucket: R2Bucket,
  uploadId: string,
  r2Upload: string | null,
): Promise<void> {
  if (r2Upload !== null) await resumeIncoming(bucket, uploadId, r2Upload).abort().catch(gone)
  await bucket.delete(incomingKey(uploadId))
}

/** An upload that was completed or given up before has nothing to give up. */
function gone(error: unknown): void {
  if (!(error instanceof Error) || !/10024|NoSuchUpload|does not exist/i.test(error.message))
    throw error
}

/** For an address that is signed for S3 clients. */
export const incomingPath = (uploadId: string) => incomingKey(uploadId)
