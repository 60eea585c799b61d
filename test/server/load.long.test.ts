// Two thousand readers of one process, each with an event a second. The figures beside other
// libraries' are those of `npm run bench -- server`.
import { expect, test } from 'vitest'
import { measure, measured, readerCount } from '../../bench/server/measure.js'

test.each([
  ['a stream of its own for each reader', 'each'],
  ['one stream for all readers', 'all'],
] as const)('%s', async (title, scenario) => {
  const result = await measure('brooklet', scenario)
  console.log(title, result)
  // Nobody is left out, or served late: a reader has its ten events, give or take one at the ends.
  const expected = (readerCount * measured) / 1_000
  expect(Math.abs(result.events - expected)).toBeLessThanOrEqual(readerCount)
  expect(result.p50).toBeLessThan(500)
  expect(result.kilobytes).toBeLessThan(100)
})
