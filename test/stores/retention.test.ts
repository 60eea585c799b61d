import { expect, test } from 'vitest'
import { createRetention } from '../../src/stores/retention.js'
import { createTestClock } from '../support/clock.js'

function retention() {
  const clock = createTestClock()
  const log: string[] = []
  const counted = createRetention(
    clock,
    () => log.push('open'),
    (isOwned) => log.push(isOwned ? 'release of its own' : 'release'),
  )
  return { clock, log, ...counted }
}

test('each user opens, the last one releases, a macrotask later', async () => {
  const { retain, isRetained, clock, log } = retention()
  expect(isRetained()).toBe(false)
  const leave = retain()
  const leaveToo = retain()
  leave()
  leaveToo()
  expect(log).toEqual(['open', 'open'])
  expect(isRetained()).toBe(true)
  await clock.advance(0)
  expect(log).toEqual(['open', 'open', 'release'])
  expect(isRetained()).toBe(false)
})

test('coming back before the release keeps it, as in StrictMode', async () => {
  const { retain, clock, log } = retention()
  retain()()
  retain()
  await clock.advance(1_000)
  expect(log).toEqual(['open', 'open'])
  expect(clock.waiting).toBe(0)
})

test('leaving twice counts once', async () => {
  const { retain, clock, log } = retention()
  const leave = retain()
  retain()
  leave()
  leave()
  await clock.advance(0)
  expect(log).toEqual(['open', 'open'])
})

test('the release is told that the owner has used it, whoever is the last to leave', async () => {
  const { retain, clock, log } = retention()
  const leave = retain(true)
  const leaveToo = retain()
  leave()
  leaveToo()
  await clock.advance(0)
  expect(log).toEqual(['open', 'open', 'release of its own'])
})
