import { expect, test, vi } from 'vitest'
import { createPublisher, isOfFrame } from '../../src/stores/publisher.js'
import { createTestClock } from '../support/clock.js'

function counter() {
  const clock = createTestClock()
  const state = { count: 0 }
  const publisher = createPublisher(() => ({ ...state }), clock)
  return { clock, state, publisher }
}

test('changes between two frames are one publication', () => {
  const { clock, state, publisher } = counter()
  const listener = vi.fn<() => void>()
  publisher.subscribe(listener)
  for (state.count = 0; state.count < 1_000; state.count += 1) publisher.change()
  expect(publisher.getSnapshot()).toEqual({ count: 0 })
  expect(clock.waiting).toBe(1)
  clock.nextFrame()
  expect(listener).toHaveBeenCalledOnce()
  expect(publisher.getSnapshot()).toEqual({ count: 1_000 })
  expect(clock.waiting).toBe(0)
})

test('publish() is at once, and takes the place of the frame that was due', () => {
  const { clock, state, publisher } = counter()
  const listener = vi.fn<() => void>()
  publisher.subscribe(listener)
  state.count = 1
  publisher.change()
  publisher.publish()
  expect(publisher.getSnapshot()).toEqual({ count: 1 })
  clock.nextFrame()
  expect(listener).toHaveBeenCalledOnce()
  expect(clock.waiting).toBe(0)
})

test('the snapshot stays the same object between publications', () => {
  const { publisher } = counter()
  const first = publisher.getSnapshot()
  publisher.change()
  expect(publisher.getSnapshot()).toBe(first)
  publisher.publish()
  expect(publisher.getSnapshot()).not.toBe(first)
  expect(publisher.getInitialSnapshot()).toBe(first)
})

test('a subscriber that has seen an older snapshot is told at once', () => {
  const { publisher } = counter()
  const seen = publisher.getSnapshot()
  const upToDate = vi.fn<() => void>()
  publisher.subscribe(upToDate, seen)
  expect(upToDate).not.toHaveBeenCalled()
  publisher.publish()
  const late = vi.fn<() => void>()
  publisher.subscribe(late, seen)
  expect(late).toHaveBeenCalledOnce()
})

test('a subscriber that has left is not told', () => {
  const { publisher } = counter()
  const left = vi.fn<() => void>()
  const leave = publisher.subscribe(left)
  leave()
  publisher.publish()
  expect(left).not.toHaveBeenCalled()
})

test('the same function subscribed twice is told twice, until each has left', () => {
  const { publisher } = counter()
  const listener = vi.fn<() => void>()
  const leave = publisher.subscribe(listener)
  publisher.subscribe(listener)
  leave()
  publisher.publish()
  expect(listener).toHaveBeenCalledOnce()
})

test('who leaves while others are told is told nothing more', () => {
  const { publisher } = counter()
  const listener = vi.fn<() => void>()
  publisher.subscribe(() => leave())
  const leave = publisher.subscribe(listener)
  publisher.publish()
  expect(listener).not.toHaveBeenCalled()
})

test('who comes while others are told has seen what they are told of', () => {
  const { publisher } = counter()
  const late = vi.fn<() => void>()
  publisher.subscribe(() => void publisher.subscribe(late))
  publisher.publish()
  expect(late).not.toHaveBeenCalled()
  publisher.publish()
  expect(late).toHaveBeenCalledOnce()
})

test('who is told can tell a publication of a frame from one of an action', () => {
  const clock = createTestClock()
  const { subscribe, change, publish } = createPublisher(() => ({}), clock)
  const heard: boolean[] = []
  subscribe(() => heard.push(isOfFrame))
  change()
  clock.nextFrame()
  publish()
  expect(heard).toEqual([true, false])
})
