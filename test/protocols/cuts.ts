/** Where the streams of the wire tests are cut. */
export function* eachByte(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1) yield bytes.subarray(at, at + 1)
}

/** Every offset of a short stream, and 500 of a long one: always the same, so that a failure returns. */
export function offsets(length: number): number[] {
  if (length <= 1500) return Array.from({ length: length + 1 }, (_, at) => at)
  let seed = length
  return Array.from({ length: 500 }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return seed % length
  })
}
