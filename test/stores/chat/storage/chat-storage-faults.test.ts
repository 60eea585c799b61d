// storeChat where the storage is blocked, full, missing or emptied.
import { describe, expect, test, vi } from 'vitest'
import { StreamError } from '../../../../src/errors.js'
import { settle } from '../../../support/clock.js'
import {
  createStorage,
  hadTurn,
  openPage,
  saved,
  savedTexts,
  storage,
  storeInOneTab,
  texts,
} from './chat-storage-support.js'

storeInOneTab()

describe('bad storage', () => {
  test('blocked: told once, and the chat goes on', async () => {
    const page = openPage(
      {},
      {
        storage: () => {
          throw new DOMException('The operation is insecure.', 'SecurityError')
        },
      },
    )
    await hadTurn(page)
    await hadTurn(page, 'And you?', 'Fine')
    expect(texts(page)).toEqual(['Hello', 'Hi', 'And you?', 'Fine'])
    expect(page.errors).toHaveLength(1)
    expect(page.errors[0]).toMatchObject({ code: 'storage', retryable: false })
    expect(page.errors[0]!.message).toContain('The operation is insecure.')
  })

  test('no localStorage at all: told once; without onError in the console', async () => {
    vi.stubGlobal('localStorage', undefined)
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const onRestored = vi.fn<() => void>()
    const page = openPage({}, { storage: undefined, onError: undefined, onRestored })
    await hadTurn(page)
    expect(texts(page)).toEqual(['Hello', 'Hi'])
    expect(onRestored).toHaveBeenCalledOnce()
    expect(warn).toHaveBeenCalledOnce()
    expect(warn.mock.lastCall![0]).toBeInstanceOf(StreamError)
  })

  test('no channel to other tabs, where the browser is set to keep no data: the chat goes on', async () => {
    vi.stubGlobal('BroadcastChannel', function forbidden() {
      throw new DOMException('The operation is insecure.', 'SecurityError')
    })
    const page = openPage()
    await hadTurn(page)
    expect(texts(page)).toEqual(['Hello', 'Hi'])
    expect(saved()).toHaveLength(2)
  })

  /** A page with a turn that is saved. */
  async function openSaved(isSlow: boolean): Promise<ReturnType<typeof openPage>> {
    createStorage({ isSlow })
    const page = openPage()
    await settle()
    await hadTurn(page)
    await settle()
    return page
  }

  test.each([false, true])(
    'full (slow: %s): what was saved last stays, until there is room',
    async (isSlow) => {
      const page = await openSaved(isSlow)
      storage.isFull = true
      await hadTurn(page, 'Too much', 'Really')
      await settle()
      expect(page.errors).toMatchObject([{ code: 'storage' }])
      expect(texts(page)).toHaveLength(4)
      expect(savedTexts()).toEqual(['Hello', 'Hi'])
      storage.isFull = false
      await hadTurn(page, 'Again', 'Yes')
      await settle()
      expect(saved()).toHaveLength(6)
      storage.isFull = true
      page.chat.clear()
      await settle()
      expect(page.errors).toHaveLength(2)
    },
  )

  test.each([false, true])(
    'full (slow: %s): what was changed meanwhile is saved later, also if another tab saves before',
    async (isSlow) => {
      const page = await openSaved(isSlow)
      const other = openPage()
      other.clock.random = () => 0.5
      await settle()
      storage.isFull = true
      const metadata = { liked: true }
      page.chat.setMessages((all) => all.map((each) => ({ ...each, metadata })))
      await settle()
      storage.isFull = false
      await hadTurn(other, 'Elsewhere', 'Yes')
      await settle()
      await page.clock.advance(1_000)
      page.clock.page('pageshow')
      for (let round = 0; round < 4; round += 1) await settle()
      expect(texts(page)).toEqual(['Hello', 'Hi', 'Elsewhere', 'Yes'])
      for (const all of [page.chat.getSnapshot().messages, saved()]) {
        expect(all.map((each) => each.metadata?.liked ?? false)).toEqual([true, true, false, false])
      }
    },
  )

  test('overwritten by just what was there before, it is saved again', async () => {
    const page = openPage()
    await hadTurn(page)
    const before = storage.values.get('chat')!
    page.chat.setMessages((all) => all.slice(0, 1))
    expect(savedTexts()).toEqual(['Hello'])
    storage.values.set('chat', before)
    page.clock.page('pageshow')
    expect(texts(page)).toEqual(['Hello'])
    expect(savedTexts()).toEqual(['Hello'])
  })

  test('deleted in another tab, it stays deleted until there is something new', async () => {
    const page = openPage()
    await hadTurn(page)
    storage.values.delete('chat')
    page.clock.page('pagehide')
    page.clock.page('pageshow')
    await page.clock.advance(5_000)
    expect(storage.values.size).toBe(0)
    await hadTurn(page, 'And you?', 'Fine')
    expect(saved()).toHaveLength(4)
  })
})
