// Whatever a page does, in whatever order, and whatever its server answers: the tasks are as a simple
// model of them says.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { holds } from '../../support/holds.js'
import { byLife, byPage, byServer, createLife, handlers, type Step } from './task-life.js'
import type { ModelOptions } from './task-model.js'

const pick = fc.nat(1_000)
const actions = fc.constantFrom(...byPage)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ by: fc.constant('page'), what: actions, pick }) },
  {
    weight: 8,
    arbitrary: fc.record({ by: fc.constant('server'), what: fc.constantFrom(...byServer), pick }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ by: fc.constant('life'), what: fc.constantFrom(...byLife), pick }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      by: fc.constant('handler'),
      what: actions,
      pick,
      when: fc.constantFrom(...handlers),
    }),
  },
)

const steps = fc.array(step, { maxLength: 60, size: 'max' })
/** In some lives the user's signal aborts, before this step. */
const abortAt = fc.option(fc.nat(60), { freq: 4 })
const options = fc.record<ModelOptions>({
  concurrency: fc.integer({ min: 1, max: 4 }),
  keepCanceled: fc.boolean(),
  replay: fc.constantFrom(undefined, undefined, true, false),
})

async function live(given: ModelOptions, taken: Step[], aborts: number | null): Promise<void> {
  const life = createLife(given)
  for (const [at, step] of taken.entries()) {
    if (at === aborts) await life.take({ by: 'life', what: 'abort', pick: 0 })
    await life.take(step)
    life.look()
  }
  await life.end()
}

test('whatever happens, in any order', async () => {
  const lives = fc.asyncProperty(options, steps, abortAt, live)
  expect(await holds(lives, { numRuns: 150 })).toBe(true)
})
