/** A stored chat in a real browser: IndexedDB, tabs that go while they receive, full and blocked storage. */
import { expect, test } from 'vitest'
import {
  expectReply,
  expectToGoOn,
  openTab,
  patience,
  reload,
  reloadMidReply,
  send,
  server,
  startTabs,
  texts,
  whole,
} from './stored-chat/tabs.js'

startTabs()

test('kept in IndexedDB, a reply goes on after a reload, without a doubled word', async () => {
  const tab = await reloadMidReply('indexedDb')
  await expectToGoOn(tab)
  expect(await tab.evaluate(() => window.errors.length)).toBe(0)
})

test('the tab that receives is closed: the other one goes on with its reply', async () => {
  const one = await openTab()
  const other = await openTab()
  await send(one, 'Hello')
  await expectReply(other, 'word')
  await one.close()
  await expect.poll(() => texts(other), patience).toEqual(['Hello', whole])
  expect(server.requests).toEqual(['POST', 'GET'])
})

test('the tab that receives is reloaded: it goes on itself, and no other does', async () => {
  const one = await openTab()
  const other = await openTab()
  await send(one, 'Hello')
  await expectReply(other, 'word')
  await reload(one)
  await expect
    .poll(() => one.evaluate(() => window.chat.getSnapshot().isLoading), patience)
    .toBe(true)
  await expect.poll(() => texts(one), patience).toEqual(['Hello', whole])
  await expect.poll(() => texts(other), patience).toEqual(['Hello', whole])
  expect(server.requests).toEqual(['POST', 'GET'])
})

test('full storage: the chat goes on, and it is told once', async () => {
  const tab = await openTab()
  await tab.evaluate(() => {
    let size = 5 * 1024 * 1024
    let text = ''
    while (size >= 1) {
      try {
        localStorage.setItem('full', text + 'x'.repeat(size))
        text += 'x'.repeat(size)
      } catch {
        size = Math.floor(size / 2)
      }
    }
  })
  await send(tab, 'Hello')
  await expect.poll(() => texts(tab), patience).toEqual(['Hello', whole])
  const errors = await tab.evaluate(() =>
    window.errors.map(({ code, message }) => ({ code, message })),
  )
  expect(errors).toMatchObject([
    { code: 'storage', message: /quota/i.exec(errors[0]!.message)?.input },
  ])
  await tab.evaluate(() => localStorage.removeItem('full'))
  await tab.evaluate(() => window.chat.removeMessage(window.chat.getSnapshot().messages.at(-1)!.id))
  await reload(tab)
  expect(await texts(tab)).toEqual(['Hello'])
})

test('blocked storage, in a sandbox: the chat goes on, and it is told once', async () => {
  const tab = await openTab('/sandboxed')
  const failures: string[] = []
  tab.on('pageerror', (error) => failures.push(String(error)))
  await reload(tab)
  await send(tab, 'Hello')
  await expect.poll(() => texts(tab), patience).toEqual(['Hello', whole])
  expect(await tab.evaluate(() => window.errors.map(({ code }) => code))).toEqual(['storage'])
  expect(await tab.evaluate(() => window.errors[0]!.message)).toContain('sandboxed')
  expect(failures).toEqual([])
})
