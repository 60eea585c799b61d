import { act, render, renderHook, screen, waitFor } from '@testing-library/react'
import { StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import {
  useStreamAnnouncer,
  type AnnouncedChat,
  type StreamAnnouncerTexts,
} from '../../src/hooks/use-stream-announcer.js'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'
import type { ChatMessage } from '../../src/protocols/message/message.js'
import { createChat } from '../../src/stores/chat/chat.js'
import type { Chat } from '../../src/stores/chat/chat-types.js'
import { createTestServer, delta } from '../stores/chat/chat-support.js'

function Page({ chat, texts }: { chat: Chat; texts?: Partial<StreamAnnouncerTexts> }) {
  return <p {...useStreamAnnouncer(useStreamChat(chat), texts)} />
}

const answeredAtOnce: typeof fetch = async () =>
  new Response('data: {"content":"Yes."}\n\ndata: [DONE]\n\n', {
    headers: { 'content-type': 'text/event-stream' },
  })

/** A page with a chat, and all that its live region has said. */
function show(texts?: Partial<StreamAnnouncerTexts>, fetch?: typeof globalThis.fetch) {
  const { calls, ...server } = createTestServer()
  fetch ??= server.fetch
  const chat = createChat({ fetch, retry: false })
  const element = (
    <StrictMode>
      <Page chat={chat} texts={texts} />
    </StrictMode>
  )
  const { unmount } = render(element)
  const region = screen.getByRole('status')
  const said: (string | null)[] = []
  const observer = new MutationObserver(() => said.push(region.textContent))
  observer.observe(region, { childList: true, characterData: true, subtree: true })
  async function begin(...contents: string[]) {
    act(() => void chat.sendMessage('Hello'))
    const count = calls.length + 1
    await waitFor(() => expect(calls).toHaveLength(count))
    const call = calls.at(-1)!
    await act(() => call.open())
    for (const content of contents) {
      await act(() => call.send(delta(content)))
      const { length } = contents.slice(0, contents.indexOf(content) + 1).join('')
      await waitFor(() => expect(chat.getSnapshot().streamingContent).toHaveLength(length))
    }
    return call
  }
  return { chat, region, said, begin, unmount, element }
}

const isReady = (chat: Chat) => waitFor(() => expect(chat.getSnapshot().isLoading).toBe(false))

test('a reply of many tokens is two changes: that it comes, and what it says', async () => {
  const { chat, said, begin, region } = show()
  expect(region.textContent).toBe('')
  const call = await begin('The ', 'brook ', 'has ', 'run ', 'dry.')
  await act(() => call.send('[DONE]'))
  await isReady(chat)
  await waitFor(() => expect(said).toEqual(['Replying.', 'The brook has run dry.']))
})

test('the same answer twice is said twice', async () => {
  const { chat, said, begin } = show()
  for (let turn = 0; turn < 2; turn += 1) {
    const call = await begin('Yes.')
    await act(() => call.send('[DONE]'))
    await isReady(chat)
  }
  await waitFor(() => expect(said).toEqual(['Replying.', 'Yes.', 'Replying.', 'Yes.']))
})

test('that it was stopped is said, and not its text', async () => {
  const { chat, said, begin } = show()
  await begin('The brook')
  act(() => chat.stop())
  await waitFor(() => expect(said).toEqual(['Replying.', 'Reply stopped.']))
})

test('that it was interrupted is said, and what had come', async () => {
  const { chat, said, begin } = show()
  const call = await begin('The brook')
  await act(() => call.cut())
  await isReady(chat)
  await waitFor(() => expect(said).toEqual(['Replying.', 'Reply interrupted. The brook']))
})

test('that it failed is said, in the provider’s words', async () => {
  const { chat, said, begin } = show()
  const call = await begin('The ')
  await act(() => call.send('{"error":{"message":"The model is overloaded"}}'))
  await isReady(chat)
  await waitFor(() => expect(said).toHaveLength(2))
  expect(said[1]).toMatch(/^Reply failed\. .*The model is overloaded/)
})

test('the texts can be those of another language', async () => {
  const { chat, said, begin } = show({
    replying: '正在回复',
    complete: ({ content }) => `回复：${content}`,
    stopped: () => '已停止',
  })
  const call = await begin('小溪')
  await act(() => call.send('[DONE]'))
  await isReady(chat)
  await begin('断流')
  act(() => chat.stop())
  await waitFor(() => expect(said).toEqual(['正在回复', '回复：小溪', '正在回复', '已停止']))
})

test('a text that is undefined is not replaced', async () => {
  const { chat, said, begin } = show({ replying: undefined, complete: undefined })
  const call = await begin('Yes.')
  await act(() => call.send('[DONE]'))
  await isReady(chat)
  await waitFor(() => expect(said).toEqual(['Replying.', 'Yes.']))
})

test('a reply that had settled before is not read out when the component comes back', async () => {
  const { chat, begin, unmount, element } = show()
  const call = await begin('Yes.')
  await act(() => call.send('[DONE]'))
  await isReady(chat)
  unmount()
  render(element)
  expect(screen.getByRole('status').textContent).toBe('')
})

test('a page may give the reply only once it has settled', async () => {
  const { fetch, calls } = createTestServer()
  const chat = createChat({ fetch, retry: false })
  function Announcer() {
    const isLoading = useStreamChat(chat, (snapshot) => snapshot.isLoading)
    const reply = useStreamChat(chat, ({ isLoading, reply }) => (isLoading ? undefined : reply))
    return <p {...useStreamAnnouncer({ isLoading, reply })} />
  }
  render(<Announcer />, { wrapper: StrictMode })
  const region = screen.getByRole('status')
  for (const [turn, text] of ['Yes.', 'No.'].entries()) {
    act(() => void chat.sendMessage('Hello'))
    await waitFor(() => expect(calls).toHaveLength(turn + 1))
    expect(region.textContent).toBe('Replying.')
    await act(() => calls[turn]!.open())
    await act(() => calls[turn]!.send(delta(text), '[DONE]'))
    await waitFor(() => expect(region.textContent).toBe(text))
  }
})

test('a reply that is over before React renders is read out all the same', async () => {
  const { chat, said } = show({}, answeredAtOnce)
  await act(() => chat.sendMessage('Hello'))
  await waitFor(() => expect(said).toEqual(['Yes.']))
})

test('a reply that begins as one settles does not keep that one from being read out', async () => {
  const { chat, said, begin } = show()
  const call = await begin('It rains.')
  const first = chat.getSnapshot().reply!.id
  chat.subscribe(() => {
    const { isLoading, reply } = chat.getSnapshot()
    if (!isLoading && reply?.id === first) void chat.requestReply()
  })
  await act(() => call.send('[DONE]'))
  await waitFor(() => expect(chat.getSnapshot().reply!.id).not.toBe(first))
  await waitFor(() => expect(said).toEqual(['Replying.', 'It rains. Replying.']))
})

test('a reply that only calls tools is not said, and the next one is awaited without a word', async () => {
  const { chat, said, begin } = show()
  const call = await begin()
  const first = chat.getSnapshot().reply!.id
  chat.subscribe(() => {
    const { isLoading, reply } = chat.getSnapshot()
    if (!isLoading && reply?.id === first) void chat.requestReply()
  })
  const called = { index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }
  await act(() => call.send({ choices: [{ delta: { tool_calls: [called] } }] }, '[DONE]'))
  await waitFor(() => expect(chat.getSnapshot().reply!.id).not.toBe(first))
  act(() => chat.stop())
  await waitFor(() => expect(said).toEqual(['Replying.', 'Reply stopped.']))
})

test('what is said before a tool call does not run into what is said after it', () => {
  const reply: ChatMessage = {
    id: '1',
    role: 'assistant',
    status: 'complete',
    content: 'Let me see.It rains.',
    parts: [
      { type: 'text', text: 'Let me see.' },
      { type: 'tool-call', id: 'a', name: 'f', args: {}, argsText: '{}', state: 'done' },
      { type: 'text', text: 'It rains.' },
    ],
  }
  const announced = (complete?: StreamAnnouncerTexts['complete']) => {
    const use = (chat: AnnouncedChat) => useStreamAnnouncer(chat, { complete }).children
    const initialProps: AnnouncedChat = { isLoading: true, reply: undefined }
    const { result, rerender } = renderHook(use, { initialProps })
    rerender({ isLoading: false, reply })
    return result.current
  }
  expect(announced()).toBe('Let me see. It rains.')
  expect(announced(({ content }) => `Guide: ${content}`)).toBe('Guide: Let me see. It rains.')
})

test('another conversation is not read out, and neither is this one again', async () => {
  const { fetch, calls } = createTestServer()
  const one = createChat({ fetch, retry: false })
  const two = createChat({ fetch, retry: false })
  for (const [index, chat] of [one, two].entries()) {
    const sent = chat.sendMessage('Hello')
    await waitFor(() => expect(calls).toHaveLength(index + 1))
    await calls[index]!.open()
    if (chat === two) await calls[index]!.send(delta('Of two.'), '[DONE]')
    if (chat === two) await sent
  }
  const { rerender } = render(<Page chat={one} />)
  const region = screen.getByRole('status')
  expect(region.textContent).toBe('Replying.')
  rerender(<Page chat={two} />)
  expect(region.textContent).toBe('')
  rerender(<Page chat={one} />)
  expect(region.textContent).toBe('Replying.')
  await act(() => calls[0]!.send(delta('Of one.'), '[DONE]'))
  await waitFor(() => expect(region.textContent).toBe('Of one.'))
  rerender(<Page chat={two} />)
  expect(region.textContent).toBe('')
  rerender(<Page chat={one} />)
  expect(region.textContent).toBe('')
})

test('a conversation that was stored is not read out', () => {
  const chat = createChat({ initialMessages: [{ role: 'assistant', content: 'Hi' }] })
  render(<Page chat={chat} />)
  expect(screen.getByRole('status').textContent).toBe('')
})

test('the region is out of sight but not hidden, on the server too', () => {
  const html = renderToString(<Page chat={createChat()} />)
  expect(html).toContain('role="status"')
  expect(html).toContain('position:absolute')
  expect(html).not.toMatch(/display|visibility|aria-hidden/)
})
