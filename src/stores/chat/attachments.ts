import { StreamError } from '../../errors.js'
import type { FilePart } from '../../protocols/message/message.js'

/** Which files `readFiles` accepts. */
export interface ReadFilesOptions {
  /** The most bytes of a file. Default 10 MiB: base64 is a third larger, and is sent with each turn. */
  maxSize?: number | undefined
  /** The most files. Default 10. */
  maxFiles?: number | undefined
  /** As in the `accept` attribute of a file input: `image/*,application/pdf,.md`. Default: any file. */
  accept?: string | undefined
}

/**
 * Turns files that a user has chosen, dropped or pasted into parts of a message: each with its media
 * type, its name and its data in base64.
 *
 * Rejects with a {@link StreamError}: `too-large` if a file, or the number of files, is over the limit;
 * `invalid-option` if a file is not accepted, or cannot be read, such as a folder. All files are checked
 * before any is read.
 *
 * @example
 * ```ts
 * import { createChat, readFiles } from 'brooklet/core'
 *
 * const chat = createChat()
 *
 * async function send(content: string, input: HTMLInputElement) {
 *   const files = await readFiles(input.files ?? [], { accept: 'image/*', maxSize: 5_000_000 })
 *   return chat.sendMessage({ content, parts: files })
 * }
 * ```
 */
export async function readFiles(
  files: Iterable<File> | ArrayLike<File>,
  { maxSize = 10 * 2 ** 20, maxFiles = 10, accept = '' }: ReadFilesOptions = {},
): Promise<FilePart[]> {
  const list = Array.from(files)
  if (list.length > maxFiles) {
    throw new StreamError('too-large', `Expected at most ${maxFiles} files, got ${list.length}`)
  }
  for (const file of list) {
    if (!isAccepted(file, accept)) {
      const what = `${file.name} is ${file.type || 'of no known type'}`
      throw new StreamError('invalid-option', `Expected files of ${accept}, ${what}`)
    }
    if (file.size > maxSize) {
      const sizes = `of at most ${inUnits(maxSize)}, ${file.name} has ${inUnits(file.size)}`
      throw new StreamError('too-large', `Expected files ${sizes}`)
    }
  }
  return Promise.all(list.map(readFile))
}

async function readFile(file: File): Promise<FilePart> {
  try {
    const data = toBase64(new Uint8Array(await file.arrayBuffer()))
    return { type: 'file', mediaType: mediaTypeOf(file), data, name: file.name }
  } catch (cause) {
    const message = `Expected a file that can be read, ${file.name} cannot: ${cause}`
    throw new StreamError('invalid-option', message, { cause })
  }
}

/** Without parameters such as `charset`, which APIs do not accept. */
function mediaTypeOf({ type }: Blob): string {
  return type.split(';')[0] || 'application/octet-stream'
}

/** The rules of HTML's `accept`: a media type, `image/*`, or an extension, in any case. */
function isAccepted({ name, type }: File, accept: string): boolean {
  const rules = accept
    .toLowerCase()
    .split(',')
    .flatMap((rule) => rule.trim() || [])
  const [mediaType = ''] = type.toLowerCase().split(';')
  return (
    rules.length === 0 ||
    rules.some((rule) => {
      if (rule.startsWith('.')) return name.toLowerCase().endsWith(rule)
      // HTML does not define `*/*`, but browsers take it for any file.
      if (rule.endsWith('*')) return mediaType.startsWith(rule.replace(/\*.*/, ''))
      return mediaType === rule
    })
  )
}

/**
 * In pieces, because the arguments of a call are limited: each but the last of a multiple of 3 bytes, so
 * that only the last is padded.
 */
function toBase64(bytes: Uint8Array): string {
  let base64 = ''
  for (let at = 0; at < bytes.length; at += 24_576) {
    base64 += btoa(String.fromCharCode(...bytes.subarray(at, at + 24_576)))
  }
  return base64
}

/** Rounded up, so that a file that is only just too large has more than the limit. */
function inUnits(bytes: number): string {
  const [size, unit] = bytes < 2 ** 20 ? [bytes / 2 ** 10, 'KiB'] : [bytes / 2 ** 20, 'MiB']
  return `${Math.ceil(size * 10) / 10} ${unit}`
}

/** A URL that shows a file until it is revoked. */
export interface FilePreview {
  /** The URL, for an `img` or a link. */
  url: string
  /** Frees the file that the URL holds. Call it when the preview is gone. */
  revoke: () => void
}

/**
 * Makes a URL, for an `img` or a link, of a file that was chosen or of a file part of a message. For a
 * part without `data` it is the part's own `url`.
 *
 * @example
 * ```ts
 * import { previewFile } from 'brooklet/core'
 *
 * function show(file: File, image: HTMLImageElement) {
 *   const { url, revoke } = previewFile(file)
 *   image.onload = revoke
 *   image.src = url
 * }
 * ```
 */
export function previewFile(file: Blob | FilePart): FilePreview {
  if (!(file instanceof Blob) && file.data === undefined) {
    return { url: file.url ?? '', revoke() {} }
  }
  const blob = file instanceof Blob ? file : toBlob(file.data!, file.mediaType)
  const url = URL.createObjectURL(blob)
  return { url, revoke: () => URL.revokeObjectURL(url) }
}

function toBlob(base64: string, type: string): Blob {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  return new Blob([bytes], { type })
}
