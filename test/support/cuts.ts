/** Where a stream is cut to see that it does not matter. */
import { seededRandom } from './seeded-random.js'

export type Chunk = Uint8Array | string

export function eachByte(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))
}

export function cutAt<Input extends Chunk>(input: Input, offset: number): Input[] {
  return [input.slice(0, offset) as Input, input.slice(offset) as Input]
}

/** Every offset of a short input; of a long one the first ones around its line ends, and others at random. */
export function cutOffsets(input: Chunk, atRandom = 500, atLineEnds = 200): number[] {
  const all = Array.from({ length: input.length + 1 }, (_, offset) => offset)
  if (input.length <= 1500) return all
  const random = seededRandom(input.length)
  const others = Array.from({ length: atRandom }, () => Math.floor(random() * input.length))
  return [...all.filter((offset) => isInteresting(input, offset)).slice(0, atLineEnds), ...others]
}

function isInteresting(input: Chunk, offset: number): boolean {
  return [-1, 0].some((side) => '\r\n\u001E'.includes(charAt(input, offset + side)))
}

function charAt(input: Chunk, offset: number): string {
  if (typeof input === 'string') return input[offset] ?? 'end'
  return String.fromCharCode(input[offset] ?? 0)
}
