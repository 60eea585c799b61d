import { StreamError } from '../../errors.js'
import type { FilePart } from '../../protocols/message/message.js'

/** Which files are taken. */
export interface ReadFilesOptions {
  /** Bytes that each file may have. Default 10 MiB: base64 is a third more, and goes with each turn. */
  maxSize?: number
  /** How many files there may be. Default 10. */
  maxFiles?: number
  /** As the `accept` attribute of a file input has it: `image/*,application/pdf,.md`. Default: any. */
  accept?: string
}

/**
 * Files that a user has chosen, dropped or pasted, as parts of a message: each with its media type,
 * its name and its data in base64.
 *
 * Rejects with a {@link StreamError}: `too-large` for a file, or a number of files, over the limit;
 * `invalid-option` for one that is not accepted, or cannot be read, such as a folder. Then none is
 * read.
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

/** Without its parameters: APIs take none. */
function mediaTypeOf({ type }: Blob): string {
  return type.split(';')[0] || 'application/octet-stream'
}

/** The rules of HTML's `accept`: a media type, `image/*`, or an extension, whatever their case. */
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
      // `*/*` is any: HTML has no such rule, and browsers take it.
      if (rule.endsWith('*')) return mediaType.startsWith(rule.replace(/\*.*/, ''))
      return mediaType === rule
    })
  )
}

/** In pieces: a call takes only so many arguments. Each is whole groups of three bytes, so that no padding comes between. */
function toBase64(bytes: Uint8Array): string {
  let base64 = ''
  for (let at = 0; at < bytes.length; at += 24_576) {
    base64 += btoa(String.fromCharCode(...bytes.subarray(at, at + 24_576)))
  }
  return base64
}

function inUnits(bytes: number): string {
  const [size, unit] = bytes < 2 ** 20 ? [bytes / 2 ** 10, 'KiB'] : [bytes / 2 ** 20, 'MiB']
  return `${Number(size.toFixed(1))} ${unit}`
}

/** A URL to show a file by, until it is revoked. */
export interface FilePreview {
  /** For an `img` or a link. */
  url: string
  /** Frees the file that the URL holds: when the preview is gone. */
  revoke: () => void
}

/**
 * A URL for an `img` or a link, of a file that was chosen or of one in a message. A part that has
 * only an address is shown by that.
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
