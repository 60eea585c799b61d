import { afterEach, beforeEach, expect, test, vi } from 'vitest'

type PageModule = typeof import('../../src/connection/page.js')

let watchPage: PageModule['watchPage']
let isOffline: PageModule['isOffline']
let stop: () => void
let changes: string[]

beforeEach(async () => {
  // One of its own: what other tests left open watches the page by another.
  vi.resetModules()
  ;({ watchPage, isOffline } = await import('../../src/connection/page.js'))
  vi.useFakeTimers()
  changes = []
  stop = watchPage((change) => changes.push(change))
})

afterEach(() => {
  stop()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('the events of the page arrive until it is told to stop', () => {
  for (const name of ['online', 'pagehide', 'pageshow']) window.dispatchEvent(new Event(name))
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  expect(changes).toEqual(['online', 'pagehide', 'pageshow', 'visibilitychange'])
  stop()
  window.dispatchEvent(new Event('online'))
  expect(changes).toHaveLength(4)
})

test('a page that hides is not worth a word, but what happens to a hidden one is', () => {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  expect(changes).toEqual([])
  for (const name of ['online', 'pagehide']) window.dispatchEvent(new Event(name))
  expect(changes).toEqual(['online', 'pagehide'])
})

test('a clock that jumped is a sleep; a timer a minute late is a page in the background', () => {
  vi.advanceTimersByTime(600_000)
  vi.setSystemTime(Date.now() + 60_000)
  vi.advanceTimersByTime(15_000)
  expect(changes).toEqual([])
  vi.setSystemTime(Date.now() + 600_000)
  vi.advanceTimersByTime(15_000)
  vi.advanceTimersByTime(600_000)
  expect(changes).toEqual(['sleep'])
  stop()
  expect(vi.getTimerCount()).toBe(0)
})

test('many listeners need one timer and one listener an event, and leave none behind', () => {
  const add = vi.spyOn(window, 'addEventListener')
  const remove = vi.spyOn(window, 'removeEventListener')
  const stops = Array.from({ length: 10 }, () => watchPage(() => {}))
  expect(vi.getTimerCount()).toBe(1)
  expect(add).not.toHaveBeenCalled()
  for (const each of [...stops, stop, stop]) each()
  expect(remove).toHaveBeenCalledTimes(4)
})

test('a listener that stops and comes back is told once', () => {
  let told = 0
  let stopAgain = watchPage(again)
  function again(): void {
    told += 1
    stopAgain()
    stopAgain = watchPage(again)
  }
  window.dispatchEvent(new Event('online'))
  expect(told).toBe(1)
  stopAgain()
})

test('offline is what the page says it is', () => {
  expect(isOffline()).toBe(false)
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
  expect(isOffline()).toBe(true)
})
