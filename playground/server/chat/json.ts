/** JSON of which nothing is known: any field may be read of anything. */
export type Json = { readonly [field: string | number]: Json } | null | undefined

export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as Json[]) : []
}

/** What a tool gave: text as it is, anything else as JSON. */
export function words(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

/** Undefined where it is none. */
export function parse(json: string): Json {
  try {
    return JSON.parse(json) as Json
  } catch {
    return undefined
  }
}
