import { expect, test, vi } from 'vitest'
import { deriveStore } from '../../src/stores/derived-store.js'
import { createPublisher } from '../../src/stores/publisher.js'
import { createTestClock } from '../support/clock.js'

function derive<Derived extends object>(make: (count: number) => Derived) {
  let count = 0
  const source = createPublisher(() => count, createTestClock())
  const compute = vi.fn<(count: number) => Derived>(make)
  return {
    store: deriveStore(source, compute),
    compute,
    publish(next: number) {
      count = next
      source.publish()
    },
  }
}

test('each publication is computed once, though nobody looks or many do', () => {
  const { store, compute, publish } = derive((count) => ({ count }))
  expect(store.getSnapshot()).toBe(store.getInitialSnapshot())
  for (const count of [1, 2]) publish(count)
  expect(store.getSnapshot()).toEqual({ count: 2 })
  expect(store.getSnapshot()).toBe(store.getSnapshot())
  expect(store.getInitialSnapshot()).toEqual({ count: 0 })
  expect(compute.mock.calls).toEqual([[0], [1], [2]])
})

test('subscribers find what was computed of the publication that they hear of', () => {
  const { store, publish } = derive((count) => ({ count }))
  const heard: object[] = []
  const unsubscribe = store.subscribe(() => heard.push(store.getSnapshot()))
  publish(1)
  publish(2)
  unsubscribe()
  publish(3)
  expect(heard).toEqual([{ count: 1 }, { count: 2 }])
})

test('whoever subscribes with an old snapshot is told at once, and nobody else', () => {
  const { store, publish } = derive((count) => ({ count }))
  const seen = store.getSnapshot()
  publish(1)
  const listener = vi.fn<() => void>()
  store.subscribe(listener)
  store.subscribe(listener, store.getSnapshot())
  expect(listener).not.toHaveBeenCalled()
  store.subscribe(listener, seen)
  expect(listener).toHaveBeenCalledOnce()
})
