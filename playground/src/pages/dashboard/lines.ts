/** Samples as the lines of a chart. */
import type { AlignedData } from 'uplot'
import type { Sample } from './metrics.js'

type Reading = (sample: Sample) => number | undefined

/** Milliseconds between two samples, beyond which nobody has looked at the machine in between. */
const longestGap = 3000

/** Seconds, then a line for each reading. A line is broken where nothing was sampled. */
export function linesOf(samples: readonly Sample[], readings: readonly Reading[]): AlignedData {
  const points = samples.flatMap((sample, index) => {
    const before = samples[index - 1]
    const isBroken = before && sample.at - before.at > longestGap
    return isBroken
      ? [
          { at: sample.at - 1, sample: undefined },
          { at: sample.at, sample },
        ]
      : [{ at: sample.at, sample }]
  })
  return [
    points.map(({ at }) => at / 1000),
    ...readings.map((read) => points.map(({ sample }) => (sample && read(sample)) ?? null)),
  ]
}
