import { expect, test } from 'vitest'
import { createSilenceWatch } from '../../../src/connection/tabs/silence-watch.js'
import { createTestClock } from '../../support/clock.js'

/** A watch that writes down, with the second, when it asks and when it takes over. */
function watching({ isNew = false } = {}) {
  const clock = createTestClock()
  const start = clock.now()
  const log: string[] = []
  const note = (what: string) => () => void log.push(`${what} ${(clock.now() - start) / 1_000}`)
  const watch = createSilenceWatch(clock, {
    postQuestion: note('ask'),
    takeOver: note('take over'),
    isNew: () => isNew,
  })
  return { clock, log, watch }
}

test('a leader has five seconds to answer, and one that is new to the tab ten', async () => {
  for (const [isNew, time] of [
    [false, 5],
    [true, 10],
  ] as const) {
    const { clock, log, watch } = watching({ isNew })
    watch.ask()
    await clock.advance(60_000)
    expect(log).toEqual(['ask 0', `take over ${time}`])
  }
})

test('a leader that answers within the same millisecond has answered', async () => {
  const { clock, log, watch } = watching()
  watch.ask()
  watch.heard()
  await clock.advance(12_000)
  expect(log).toEqual(['ask 0', 'ask 10'])
})

test('whoever else asks meanwhile makes the wait no longer', async () => {
  const { clock, log, watch } = watching()
  await clock.advance(1_000)
  watch.ask()
  await clock.advance(4_000)
  watch.expectAnswer()
  await clock.advance(60_000)
  expect(log).toEqual(['ask 1', 'take over 6'])
})

test('ten seconds after the last word it asks again', async () => {
  const { clock, log, watch } = watching()
  watch.ask()
  await clock.advance(3_000)
  watch.heard()
  await clock.advance(14_000)
  expect(log).toEqual(['ask 0', 'ask 13'])
  watch.stop()
  await clock.advance(60_000)
  expect(log).toHaveLength(2)
})

test('a tab that has slept over the answer asks once more before it takes over', async () => {
  const { clock, log, watch } = watching()
  watch.ask()
  clock.skip(60_000)
  await clock.advance(0)
  expect(log).toEqual(['ask 0', 'ask 60'])
  await clock.advance(60_000)
  expect(log).toEqual(['ask 0', 'ask 60', 'take over 65'])
})
