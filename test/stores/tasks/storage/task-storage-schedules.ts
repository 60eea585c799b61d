/** Any schedule over several tabs with the same tasks: at the end all agree. */
import * as fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { holds } from '../../../support/holds.js'
import { createTaskWorld, weights, type Step } from './task-world.js'

const kinds = Object.entries(weights).map(([name, weight]) => ({
  weight,
  arbitrary: fc.constant(name as Step['do']),
}))

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ do: fc.oneof(...kinds), tab: fc.nat(2), task: fc.nat(7), much: fc.nat(4) }),
  { minLength: 3, maxLength: 50, size: 'large' },
)

function schedules(isHasty: boolean): fc.IAsyncPropertyWithHooks<[boolean, boolean, Step[]]> {
  return fc.asyncProperty(
    fc.boolean(),
    fc.boolean(),
    steps,
    async (isSlow, keepCanceled, steps) => {
      const world = createTaskWorld({ isHasty, isSlow, keepCanceled })
      for (const step of steps) await world.take(step)
      await world.calmDown()
      world.expectAgreement()
    },
  )
}

/** The tests of a file: the property over so many schedules. */
export function testSchedules(numRuns: number): void {
  afterEach(() => vi.unstubAllGlobals())

  describe('a property: whatever happens in whichever tab, at the end all tabs and the server agree', () => {
    test.each([
      ['where all that was done is known before the next thing happens, with any server', false],
      ['where it happens at the same time, with a server that knows a task by its id', true],
    ])('%s', async (_, isHasty) => {
      expect(await holds(schedules(isHasty), { numRuns })).toBe(true)
    })
  })
}
