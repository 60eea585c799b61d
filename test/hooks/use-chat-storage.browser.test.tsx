// Where the browser matters: what the first painted frames show, and IndexedDB itself.
import { StrictMode } from 'react'
import { expect, onTestFinished, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { useChatBranches } from '../../src/hooks/use-chat-branches.js'
import { useChatStorage } from '../../src/hooks/use-chat-storage.js'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'
import type { Chat } from '../../src/stores/chat/chat-types.js'
import { indexedDb } from '../../src/stores/storage/indexed-db.js'
import { createTestServer, delta } from '../stores/chat/chat-support.js'

const messages = [{ id: 'message-1', role: 'user', content: 'Hello', createdAt: 1 }]
const transcript = JSON.stringify({ version: 1, messages })

function Page({ name }: { name: string }) {
  const { messages, chat } = useStreamChat()
  const { isRestored } = useChatStorage(chat, { key: name })
  return <p>{`${isRestored}: ${messages.map(({ content }) => content).join(', ')}`}</p>
}

test('with localStorage the messages are in the first frame that shows the page', async () => {
  localStorage.setItem('first-frame', transcript)
  onTestFinished(() => localStorage.removeItem('first-frame'))
  const frames: string[] = []
  let isWatching = true
  function watch(): void {
    const text = document.querySelector('p')?.textContent
    if (text !== undefined) frames.push(text)
    if (isWatching) requestAnimationFrame(watch)
  }
  watch()
  await render(<Page name="first-frame" />)
  await expect.poll(() => frames).not.toEqual([])
  isWatching = false
  expect(frames[0]).toBe('true: Hello')
})

test('IndexedDB keeps what is put into it, for the next page too', async () => {
  const name = `test-${crypto.randomUUID()}`
  onTestFinished(() => void indexedDB.deleteDatabase(name))
  const storage = indexedDb(name)
  expect(await storage.getItem('a')).toBeUndefined()
  const large = '流'.repeat(4_000_000)
  await Promise.all([storage.setItem('a', large), storage.setItem('b', 'small')])
  await storage.setItem('b', 'newer')
  const next = indexedDb(name)
  expect(await next.getItem('a')).toBe(large)
  expect(await next.getItem('b')).toBe('newer')
})

test('a database that is deleted is made anew', async () => {
  const name = `test-${crypto.randomUUID()}`
  const storage = indexedDb(name)
  await storage.setItem('a', '1')
  await new Promise((resolve) => {
    indexedDB.deleteDatabase(name).addEventListener('success', resolve)
  })
  expect(await storage.getItem('a')).toBeUndefined()
  await storage.setItem('a', '2')
  expect(await storage.getItem('a')).toBe('2')
  indexedDB.deleteDatabase(name)
})

/** Its branches are asked for only once there is something to switch between. */
function BranchedPage({ name, fetch }: { name: string; fetch?: typeof globalThis.fetch }) {
  const { messages, sendMessage, chat } = useStreamChat({ fetch, url: 'https://a.test/chat' })
  useChatStorage(chat, { key: name })
  return (
    <>
      <p>{messages.map(({ content }) => content).join(', ')}</p>
      <button onClick={() => void sendMessage('One')}>Send</button>
      {messages.length > 0 ? <Branches chat={chat} /> : null}
    </>
  )
}

function Branches({ chat }: { chat: Chat }) {
  const { siblings, regenerate, previous, next } = useChatBranches(chat)
  const [id = '', place] = [...siblings].at(-1) ?? []
  return (
    <>
      <output>{place ? `${place.index + 1} of ${place.count}` : ''}</output>
      <button onClick={() => void regenerate()}>Again</button>
      <button onClick={() => previous(id)}>Previous</button>
      <button onClick={() => next(id)}>Next</button>
    </>
  )
}

test('all branches are back on the next page, and another page that is open has them too', async () => {
  const name = `branches-${crypto.randomUUID()}`
  onTestFinished(() => localStorage.removeItem(name))
  const { fetch, calls } = createTestServer()
  async function answer(index: number, text: string): Promise<void> {
    await expect.poll(() => calls.length).toBe(index + 1)
    await calls[index]!.send(delta(text), '[DONE]')
  }
  const first = await render(
    <StrictMode>
      <BranchedPage name={name} fetch={fetch} />
    </StrictMode>,
  )
  await first.getByText('Send').click()
  await answer(0, 'First')
  await expect.element(first.getByText('1 of 1')).toBeVisible()
  await first.getByText('Again').click()
  await answer(1, 'Second')
  await first.getByText('Previous').click()
  await expect.element(first.getByText('One, First')).toBeVisible()
  await first.unmount()

  const second = await render(
    <StrictMode>
      <BranchedPage name={name} fetch={fetch} />
    </StrictMode>,
  )
  await expect.element(second.getByText('One, First')).toBeVisible()
  await expect.element(second.getByText('1 of 2')).toBeVisible()

  await render(<BranchedPage name={name} />)
  await expect.element(second.getByText('1 of 2').nth(1)).toBeVisible()
  await second.getByText('Again').first().click()
  await answer(2, 'Third')
  const places = () =>
    [...document.querySelectorAll('output')].map(({ textContent }) => textContent)
  await expect.poll(places).toEqual(['3 of 3', '1 of 3'])
  await expect
    .poll(() => [...document.querySelectorAll('p')].map(({ textContent }) => textContent))
    .toEqual(['One, Third', 'One, First'])
  expect(calls).toHaveLength(3)
})
