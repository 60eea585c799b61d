import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRateMeter, unknownRate } from '../../../src/stores/tasks/rate-meter.js'

/** A meter that has been given `[milliseconds since the last value, progress]` one after the other. */
function measure(values: [gap: number, progress: number][]) {
  const meter = createRateMeter()
  let time = 1_000_000
  const add = (gap: number, progress: number) => {
    time += gap
    meter.add(time, progress)
    return meter.rate
  }
  for (const [gap, progress] of values) add(gap, progress)
  return { meter, add }
}

const steady: [number, number][] = [1, 2, 3, 4, 5].map((percent) => [1_000, percent])

test('steady progress: its rate, and the time that the rest takes', () => {
  expect(measure(steady).meter.rate).toEqual({ perSecond: expect.closeTo(1), remaining: 95_000 })
})

test('nothing is known before three values and two seconds', () => {
  const { add } = measure([])
  expect(add(1_000, 1)).toBe(unknownRate)
  expect(add(2_500, 2)).toBe(unknownRate)
  expect(add(2_500, 3).perSecond).toBeCloseTo(0.4)
  const fast = measure([])
  expect(fast.add(100, 1)).toBe(unknownRate)
  for (let n = 2; n <= 20; n += 1) expect(fast.add(100, n)).toBe(unknownRate)
  expect(fast.add(100, 21).perSecond).toBeCloseTo(10)
})

test('how far the work was when it was first heard of is no speed', () => {
  const { add } = measure([[0, 0]])
  add(60_000, 50)
  add(1_000, 51)
  expect(add(1_000, 52).perSecond).toBeCloseTo(1)
})

test('a burst counts for no more than the silence around it', () => {
  const { add } = measure([])
  const rates: (number | undefined)[] = []
  for (let percent = 1; percent <= 60; percent += 1) {
    rates.push(add(percent % 10 === 1 ? 2_000 : 0, percent).perSecond)
  }
  expect(rates.slice(0, 10).every((rate) => rate === undefined)).toBe(true)
  // Ten in two seconds are five a second, whenever one asks.
  expect(Math.min(...(rates.slice(30) as number[]))).toBeGreaterThan(3)
  expect(Math.max(...(rates.slice(30) as number[]))).toBeLessThan(7)
})

test('what a lost connection has held up, and then comes at once, is no speed', () => {
  const { add } = measure(steady)
  add(30_000, 20)
  for (let percent = 21; percent <= 35; percent += 1) add(10, percent)
  expect(add(1_000, 36)).toBe(unknownRate)
  expect(add(1_000, 37)).toEqual({ perSecond: expect.closeTo(1), remaining: 63_000 })
})

test('a change of speed is taken over within seconds, and not at once', () => {
  const { add } = measure(steady)
  const after = Array.from({ length: 20 }, (_, n) => add(1_000, 5 + (n + 1) * 4).perSecond!)
  expect(after[0]).toBeLessThan(2)
  expect(after[19]).toBeGreaterThan(3.5)
  expect(after).toEqual(after.toSorted((one, other) => one - other))
})

test('slow work has a rhythm of its own, and its last few values count', () => {
  const { meter, add } = measure([1, 2, 3, 4, 5].map((percent) => [60_000, percent]))
  expect(meter.rate.perSecond).toBeCloseTo(1 / 60)
  const { perSecond } = add(120_000, 6)
  expect(perSecond).toBeGreaterThan(1 / 120)
  expect(perSecond).toBeLessThan(1 / 60)
  expect(add(240_000, 7).perSecond).toBeLessThan(perSecond!)
  expect(add(720_000, 8)).toBe(unknownRate)
})

test('a stall makes it unknown, and all is learned anew', () => {
  const { meter, add } = measure(steady)
  const stallsAt = meter.stallsAt
  meter.add(stallsAt - 1, 5)
  expect(meter.rate.perSecond).toBeCloseTo(1)
  meter.add(stallsAt, 5)
  expect(meter.rate).toBe(unknownRate)
  expect(meter.stallsAt).toBe(Infinity)
  meter.add(stallsAt + 60_000, 6)
  meter.add(stallsAt + 61_000, 8)
  expect(meter.rate).toBe(unknownRate)
  meter.add(stallsAt + 62_000, 10)
  expect(meter.rate.perSecond).toBeCloseTo(2)
  expect(add(0, 9)).toBe(unknownRate)
})

test('two values are rhythm enough for the third to be late', () => {
  const { add } = measure([])
  for (const [index, gap] of [1_000, 1_000, 60_000, 1_000].entries()) add(gap, index + 1)
  expect(add(1_000, 5).perSecond).toBeCloseTo(1)
})

test('work that begins anew, and a clock that was set back, make it unknown', () => {
  const again = measure(steady)
  expect(again.add(1_000, 0)).toBe(unknownRate)
  again.add(1_000, 10)
  again.add(1_000, 20)
  expect(again.add(1_000, 30).perSecond).toBeCloseTo(10)
  expect(measure(steady).add(-3_600_000, 6)).toBe(unknownRate)
})

test('property: a known rate is a positive number between the slowest and the fastest step', () => {
  const step = fc.record({ gap: fc.integer({ min: 1, max: 4_000 }), gain: fc.nat(10) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { add } = measure([])
      let percent = 0
      for (const { gap, gain } of steps) {
        percent = Math.min(100, percent + gain)
        const { perSecond, remaining } = add(gap, percent)
        if (perSecond === undefined) expect(remaining).toBeUndefined()
        else {
          expect(perSecond).toBeGreaterThan(0)
          expect(perSecond).toBeLessThanOrEqual(10_000)
          expect(remaining).toBeGreaterThanOrEqual(0)
        }
      }
    }),
  )
})

test('property: steady progress has its rate, whatever its rhythm', () => {
  const gaps = fc.integer({ min: 1, max: 60_000 })
  const gains = fc.double({ min: 0.01, max: 1, noNaN: true })
  fc.assert(
    fc.property(gaps, gains, (gap, gain) => {
      const values = Array.from({ length: 100 }, (_, n): [number, number] => [gap, (n + 1) * gain])
      const { perSecond = 0 } = measure(values).meter.rate
      const isKnown = 99 * gap >= 2_000
      expect(perSecond / ((gain / gap) * 1_000)).toBeCloseTo(isKnown ? 1 : 0)
    }),
  )
})
