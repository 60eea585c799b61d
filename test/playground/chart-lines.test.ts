import { expect, test } from 'vitest'
import { linesOf } from '../../playground/src/pages/dashboard/lines.js'
import type { Sample } from '../../playground/src/pages/dashboard/metrics.js'

const sampleAt = (at: number): Sample => ({
  at,
  cpu: at / 1000,
  cores: [at / 1000, 7],
  memory: { total: 8, free: 6, used: 2 },
  process: { rss: 1, heapUsed: 1 },
  uptime: 1,
})

test('a chart has a line for each reading, and seconds below', () => {
  const lines = linesOf(
    [sampleAt(1000), sampleAt(2000)],
    [({ cores }) => cores[1], ({ cpu }) => cpu],
  )
  expect(lines).toEqual([
    [1, 2],
    [7, 7],
    [1, 2],
  ])
})

test('a line is broken where nothing was sampled, and not by a sample that is late', () => {
  const lines = linesOf([1000, 2900, 40_000, 41_000].map(sampleAt), [({ cpu }) => cpu])
  expect(lines).toEqual([
    [1, 2.9, 39.999, 40, 41],
    [1, 2.9, null, 40, 41],
  ])
})

test('a core that a sample does not know is no point of its line', () => {
  expect(linesOf([sampleAt(1000)], [({ cores }) => cores[2]])).toEqual([[1], [null]])
})
