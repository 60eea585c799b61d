import type { Dictionary } from '../language/en.js'

export type WireText = Dictionary['wire']

/** A stream that the pages name, in the visitor's language. */
export type KnownStream = keyof WireText['names']

/** The key is the same for all connections of one stream. */
export type StreamName =
  | { readonly key: KnownStream; readonly name?: undefined }
  | { readonly key: string; readonly name: string }

export function nameOf(stream: StreamName, { names }: WireText): string {
  return stream.name ?? names[stream.key]
}
