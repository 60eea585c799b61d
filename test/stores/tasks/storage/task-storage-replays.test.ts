// Schedules by which the property has found a fault, each as short as it goes.
import { afterEach, expect, test, vi } from 'vitest'
import { createTaskWorld, type Step } from './task-world.js'

afterEach(() => vi.unstubAllGlobals())

test('a start that a leader has not heard is sent again, though what it saved was read before its first report', async () => {
  const { take, calmDown, expectAgreement } = createTaskWorld({
    isHasty: true,
    isSlow: true,
    keepCanceled: false,
  })
  const steps: Step['do'][] = ['start', 'open', 'leave', 'start', 'fillStorage', 'clear', 'restart']
  for (const step of steps) await take({ do: step, tab: 0, task: 0, much: 0 })
  await calmDown()
  expect(expectAgreement).not.toThrow()
})
