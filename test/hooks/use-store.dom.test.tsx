import { act, render, renderHook } from '@testing-library/react'
import { memo, Profiler, StrictMode, useState } from 'react'
import { expect, test, vi } from 'vitest'
import { identity } from '../../src/hooks/identity.js'
import { useStore } from '../../src/hooks/use-store.js'
import { createPublisher, type Publisher } from '../../src/stores/publisher.js'
import { createTestClock } from '../support/clock.js'

interface State {
  a: number
  b: number
}

// One function for all renders, which subscribes once.
const selectA = ({ a }: State): number => a

function createStore(state: State = { a: 0, b: 0 }) {
  const publisher = createPublisher(() => ({ ...state }), createTestClock())
  const set = (change: Partial<State>): void => {
    Object.assign(state, change)
    publisher.publish()
  }
  return { ...publisher, set }
}

test('a component renders what the store has published', () => {
  const store = createStore()
  const { result } = renderHook(() => useStore(store, identity))
  expect(result.current).toEqual({ a: 0, b: 0 })
  act(() => store.set({ a: 1 }))
  expect(result.current).toEqual({ a: 1, b: 0 })
})

test('it renders only when what it selects has changed', () => {
  const store = createStore()
  let renders = 0
  const { result } = renderHook(() => {
    renders += 1
    return useStore(store, ({ a }) => a)
  })
  act(() => store.set({ b: 1 }))
  act(() => store.set({ b: 2 }))
  expect(renders).toBe(1)
  act(() => store.set({ a: 5 }))
  expect(renders).toBe(2)
  expect(result.current).toBe(5)
})

test('a change and its reversal leave nothing stale', () => {
  const store = createStore()
  const { result } = renderHook(() => useStore(store, selectA))
  act(() => {
    store.set({ a: 1 })
    store.set({ a: 0 })
  })
  expect(result.current).toBe(0)
  act(() => store.set({ a: 2 }))
  expect(result.current).toBe(2)
})

test('what was published between the render and the effect is not missed', () => {
  const store = createStore()
  function PublishesWhileMounting() {
    useState(() => store.set({ a: 7 }))
    return null
  }
  const Shown = () => <b>{useStore(store, ({ a }) => a)}</b>
  const { container } = render(
    <StrictMode>
      <Shown />
      <PublishesWhileMounting />
    </StrictMode>,
  )
  expect(container.textContent).toBe('7')
})

test('another store takes effect in the same render', () => {
  const one = createStore({ a: 1, b: 0 })
  const two = createStore({ a: 2, b: 0 })
  const seen: number[] = []
  const { rerender, result } = renderHook(
    ({ store }: { store: Publisher<State> }) => {
      const value = useStore(store, ({ a }) => a)
      seen.push(value)
      return value
    },
    { initialProps: { store: one } },
  )
  seen.length = 0
  rerender({ store: two })
  expect(seen[0]).toBe(2)
  act(() => one.set({ a: 10 }))
  expect(result.current).toBe(2)
  act(() => two.set({ a: 20 }))
  expect(result.current).toBe(20)
})

test('another selector takes effect in the same render, and for what follows', () => {
  const store = createStore({ a: 1, b: 2 })
  const { rerender, result } = renderHook(
    ({ of }: { of: 'a' | 'b' }) => useStore(store, (state) => state[of]),
    { initialProps: { of: 'a' } },
  )
  rerender({ of: 'b' })
  expect(result.current).toBe(2)
  act(() => store.set({ b: 3 }))
  expect(result.current).toBe(3)
})

test('another selector shows what its predecessor did not select', () => {
  const store = createStore({ a: 1, b: 2 })
  const { rerender, result } = renderHook(
    ({ of }: { of: 'a' | 'b' }) => useStore(store, (state) => state[of]),
    { initialProps: { of: 'a' } },
  )
  act(() => store.set({ b: 9 }))
  rerender({ of: 'b' })
  expect(result.current).toBe(9)
})

test('a parent that renders does not make a memoized reader render', () => {
  const store = createStore()
  const onRender = vi.fn<() => void>()
  const Reader = memo(() => (
    <Profiler id="reader" onRender={onRender}>
      <b>{useStore(store, ({ a }) => a)}</b>
    </Profiler>
  ))
  const { rerender } = render(<Reader />)
  rerender(<Reader />)
  expect(onRender).toHaveBeenCalledOnce()
})

test('an unmounted component has left the store', () => {
  const store = createStore()
  let selected = 0
  const { unmount } = renderHook(() =>
    useStore(store, ({ a }) => {
      selected += 1
      return a
    }),
  )
  unmount()
  selected = 0
  store.set({ a: 1 })
  expect(selected).toBe(0)
})
