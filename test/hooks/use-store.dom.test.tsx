import { act, render, renderHook } from '@testing-library/react'
import { Component, memo, Profiler, StrictMode, useState, type ReactNode } from 'react'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
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
  const { result } = renderHook(() => useStore(store))
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

test('another selector sees no snapshot from before the event that it comes with', () => {
  const store = createStore({ a: 0, b: 0 })
  const seen: number[] = []
  const { rerender } = renderHook(
    ({ of }: { of: 'a' | 'b' }) => {
      const value = useStore(store, (state) => state[of])
      seen.push(value)
    },
    { initialProps: { of: 'a' }, wrapper: StrictMode },
  )
  seen.length = 0
  act(() => {
    store.set({ b: 9 })
    rerender({ of: 'b' })
  })
  expect(new Set(seen)).toEqual(new Set([9]))
})

test('a store that comes back is as it is now, at once', () => {
  const one = createStore({ a: 1, b: 0 })
  const two = createStore({ a: 2, b: 0 })
  const seen: number[] = []
  const { rerender } = renderHook(
    ({ store }: { store: Publisher<State> }) => void seen.push(useStore(store, selectA)),
    { initialProps: { store: one } },
  )
  rerender({ store: two })
  act(() => one.set({ a: 10 }))
  seen.length = 0
  rerender({ store: one })
  expect(new Set(seen)).toEqual(new Set([10]))
})

describe('a selector that throws', () => {
  const rows = (a: number) => [undefined, { text: 'a row' }][a]!

  function Row({ store }: { store: Publisher<State> }) {
    return <b>{useStore(store, ({ a }) => rows(a).text)}</b>
  }

  test('of a component that the same change removes is not heard of', () => {
    const onError = vi.fn<(event: ErrorEvent) => void>()
    addEventListener('error', onError)
    onTestFinished(() => removeEventListener('error', onError))
    const store = createStore({ a: 1, b: 0 })
    const List = () => (useStore(store, ({ a }) => a) ? <Row store={store} /> : null)
    const { container } = render(<List />)
    expect(container.textContent).toBe('a row')
    act(() => store.set({ a: 0 }))
    expect(container.textContent).toBe('')
    expect(onError).not.toHaveBeenCalled()
  })

  test('else throws in the render, for an error boundary', () => {
    class Boundary extends Component<{ children: ReactNode }> {
      override state = { message: '' }
      static getDerivedStateFromError({ message }: Error) {
        return { message }
      }
      override render() {
        return this.state.message ? 'failed' : this.props.children
      }
    }
    vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => void vi.restoreAllMocks())
    const store = createStore({ a: 1, b: 0 })
    const { container } = render(<Row store={store} />, { wrapper: Boundary })
    act(() => store.set({ a: 0 }))
    expect(container.textContent).toBe('failed')
  })
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
