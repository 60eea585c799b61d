/** One range of a file, as an `<audio>` element asks for to seek (RFC 9110, 14.1.2). */
export type ByteRange = { first: number; last: number } | 'whole' | 'unsatisfiable'

export function readRange(header: string | undefined, size: number): ByteRange {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  // Several ranges, or something else: the whole file is a legal answer.
  if (!found || (found[1] === '' && found[2] === '')) return 'whole'
  const [, from = '', to = ''] = found
  const suffix = from === ''
  const first = suffix ? Math.max(0, size - Number(to)) : Number(from)
  const last = suffix || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (!suffix && to !== '' && Number(to) < first) return 'whole'
  return first < size ? { first, last } : 'unsatisfiable'
}
