import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { delta } from '../chat/chat-support.js'
import { createStorage, headers, openPage, saved } from '../chat/storage/chat-storage-support.js'

beforeEach(() => createStorage())
afterEach(() => void vi.restoreAllMocks())

test('what is under way is saved when the page is hidden: a phone may kill it then without a word', async () => {
  const page = openPage()
  const call = await page.say('Hello')
  await call.open({ headers })
  await call.send(delta('So far'))
  page.clock.nextFrame()
  turnVisible(false)
  expect(saved().at(-1)!.content).toBe('So far')
  await call.send(delta(', so good'))
  page.clock.nextFrame()
  turnVisible(true)
  expect(saved().at(-1)!.content).toBe('So far')
  page.stop()
  await call.send(delta('!'))
  page.clock.nextFrame()
  turnVisible(false)
  expect(saved().at(-1)!.content).toBe('So far, so good')
})

test('what a page itself keeps in localStorage as "update" is no method of it', () => {
  onTestFinished(() => localStorage.clear())
  localStorage.setItem('update', 'yes')
  const page = openPage({}, { storage: undefined })
  page.chat.setMessages([{ role: 'user', content: 'Hello' }])
  expect(page.errors).toEqual([])
  expect(localStorage.getItem('chat')).toContain('Hello')
})

function turnVisible(isVisible: boolean): void {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(!isVisible)
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
}
