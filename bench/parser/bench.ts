import { brooklet, decodeOnly, peer } from './contenders.js'
import { geometricMean, median, speedRatio, timeRounds } from './measure.js'
import { chunkings, cut, streams, type Stream } from './streams.js'

const COLUMNS = ['stream', 'chunks', 'brooklet', 'eventsource-parser', 'decoding alone', 'ratio']

const contenders = [brooklet, peer, decodeOnly]

export function run(): void {
  const ratios: number[] = []
  console.log(
    'Parsing SSE bytes, MB/s (medians of interleaved rounds). Ratio: the median of each round’s brooklet / eventsource-parser 4.\n',
  )
  row(COLUMNS)
  row(COLUMNS.map((title) => '-'.repeat(title.length)))
  warmUp()
  for (const stream of streams) {
    for (const { name, size } of chunkings) {
      const chunks = cut(stream.bytes, size)
      const [ours = [], theirs = [], decoding = []] = timeRounds(contenders, chunks)
      const ratio = speedRatio(ours, theirs)
      ratios.push(ratio)
      const speeds = [ours, theirs, decoding].map((times) => speed(stream, median(times)))
      row([stream.name, name, ...speeds, ratio.toFixed(2)])
    }
  }
  const mean = geometricMean(ratios).toFixed(2)
  console.log(`\nGeometric mean ${mean}, lowest ${Math.min(...ratios).toFixed(2)}\n`)
}

/** Shows the compilers every stream, so that no row pays for the first sight of a kind of line. */
function warmUp(): void {
  for (const { size } of chunkings) {
    for (const { bytes } of streams) timeRounds(contenders, cut(bytes, size), 3)
  }
}

function row(cells: readonly string[]): void {
  console.log(`| ${cells.map((cell, i) => cell.padEnd(COLUMNS[i]!.length)).join(' | ')} |`)
}

function speed(stream: Stream, milliseconds: number): string {
  return (stream.bytes.length / 1000 / milliseconds).toFixed(0)
}
