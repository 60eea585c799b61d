import { StreamError } from '../../errors.js'
import type { ChatMessage, FilePart } from './message.js'

export function filesOf({ parts }: ChatMessage): FilePart[] {
  return parts.filter((part) => part.type === 'file')
}

/** Where the file is, or the file itself as a data URL. */
export function fileUrl({ mediaType, url, data }: FilePart): string {
  return data === undefined ? (url ?? '') : `data:${mediaType};base64,${data}`
}

/** The file in base64, if the message has more than its URL. */
export function fileData({ url, data }: FilePart): string | undefined {
  return data ?? /^data:[^,]*;base64,(.*)/s.exec(url ?? '')?.[1]
}

export function isImage({ mediaType }: FilePart): boolean {
  return mediaType.startsWith('image/')
}

/**
 * Fails the turn before it is sent: if a file were left out, nobody would know. `expected` is what the API
 * takes.
 *
 * @throws {StreamError} `invalid-option`
 */
export function refuseFile({ name, mediaType }: FilePart, expected: string): never {
  throw new StreamError('invalid-option', `Expected ${expected}, got ${name ?? mediaType}`)
}

/** The kind of file, as most APIs have it: `image`, `audio` or `video`, `undefined` for the rest. */
export function kindOf({ mediaType }: FilePart): string | undefined {
  return /^(image|audio|video)(?=\/)/.exec(mediaType)?.[0]
}
