import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { memo, StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test, vi } from 'vitest'
import { useChatBranches } from '../../src/hooks/use-chat-branches.js'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'
import { createChat } from '../../src/stores/chat/chat.js'
import type { Siblings } from '../../src/stores/chat/branches/message-tree.js'
import type { Chat } from '../../src/stores/chat/chat-types.js'
import { createTestServer, delta } from '../stores/chat/chat-support.js'

const rendered = vi.fn<(content: string) => void>()

const Message = memo(function Message({ content, place }: { content: string; place?: Siblings }) {
  rendered(content)
  return (
    <li>
      {content} {place ? `${place.index + 1}/${place.count}` : '?'}
    </li>
  )
})

function Page({ chat }: { chat: Chat }) {
  const { messages, sendMessage } = useStreamChat(chat)
  const { siblings, editMessage, previous } = useChatBranches(chat)
  const first = messages[0]?.id ?? ''
  return (
    <>
      <ol>
        {messages.map(({ id, content }) => (
          <Message key={id} content={content} place={siblings.get(id)} />
        ))}
      </ol>
      <button onClick={() => void sendMessage('One')}>Send</button>
      <button onClick={() => void editMessage(first, 'Eins')}>Edit</button>
      <button onClick={() => previous(first)}>Previous</button>
    </>
  )
}

const items = () => screen.queryAllByRole('listitem').map(({ textContent }) => textContent)
const press = (name: string) => fireEvent.click(screen.getByText(name))

function start() {
  const { fetch, calls } = createTestServer()
  const chat = createChat({ fetch, url: 'http://localhost/api/chat' })
  async function answer(count: number, text: string): Promise<void> {
    await waitFor(() => expect(calls).toHaveLength(count))
    await act(() => calls[count - 1]!.open())
    await act(() => calls[count - 1]!.send(delta(text), '[DONE]'))
  }
  return { chat, answer }
}

test('edits, shows where each message stands, and switches back', async () => {
  const { chat, answer } = start()
  render(<Page chat={chat} />, { wrapper: StrictMode })
  press('Send')
  await answer(1, 'First')
  press('Edit')
  await answer(2, 'Erstens')
  await waitFor(() => expect(items()).toEqual(['Eins 2/2', 'Erstens 1/1']))
  rendered.mockClear()
  press('Previous')
  expect(items()).toEqual(['One 1/2', 'First 1/1'])
  expect(new Set(rendered.mock.calls.flat())).toEqual(new Set(['One', 'First']))
})

test('the branches are the chat’s: a component that comes later has them', async () => {
  const { chat, answer } = start()
  const first = render(<Page chat={chat} />)
  press('Send')
  await answer(1, 'First')
  press('Edit')
  await answer(2, 'Erstens')
  first.unmount()
  const later = render(<Page chat={chat} />)
  expect(items()).toEqual(['Eins 2/2', 'Erstens 1/1'])

  const other = start().chat
  other.setMessages([{ role: 'user', content: 'Other' }])
  later.rerender(<Page chat={other} />)
  expect(items()).toEqual(['Other 1/1'])
})

test('a streaming reply renders no other message again', async () => {
  const { chat, answer } = start()
  render(<Page chat={chat} />)
  press('Send')
  await answer(1, 'First')
  rendered.mockClear()
  press('Edit')
  await answer(2, 'Erstens')
  await waitFor(() => expect(items()).toEqual(['Eins 2/2', 'Erstens 1/1']))
  expect(rendered.mock.calls.filter(([content]) => content === 'Eins')).toHaveLength(1)
})

test('renders on a server', () => {
  const chat = createChat({ initialMessages: [{ role: 'user', content: 'One' }] })
  expect(renderToString(<Page chat={chat} />)).toContain('1/1')
})
