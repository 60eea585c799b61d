// How a tab hears that another one has saved something.
import { afterEach, expect, test, vi } from 'vitest'
import { createSavedNews } from '../../../src/stores/storage/saved-news.js'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

test('by the event of localStorage, for the key alone, while it listens', () => {
  const page = new EventTarget()
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
  const save = (key: string) => page.dispatchEvent(Object.assign(new Event('storage'), { key }))
  const onNews = vi.fn<() => void>()
  const stop = createSavedNews('key', onNews).listen()
  save('other')
  expect(onNews).not.toHaveBeenCalled()
  save('key')
  expect(onNews).toHaveBeenCalledOnce()
  stop()
  save('key')
  expect(onNews).toHaveBeenCalledOnce()
})

test('by a channel, which who does not listen opens only to tell', () => {
  const post = vi.spyOn(BroadcastChannel.prototype, 'postMessage')
  const close = vi.spyOn(BroadcastChannel.prototype, 'close')
  const news = createSavedNews('key', () => {})
  news.tell()
  expect([post.mock.calls.length, close.mock.calls.length]).toEqual([1, 1])
  const stop = news.listen()
  news.tell()
  expect([post.mock.calls.length, close.mock.calls.length]).toEqual([2, 1])
  stop()
  expect(close.mock.contexts).toEqual(post.mock.contexts)
})
