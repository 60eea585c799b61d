import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { StrictMode, Suspense } from 'react'
import { expect, test, vi } from 'vitest'
import { useChatTools } from '../../src/hooks/use-chat-tools.js'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'
import { tool } from '../../src/stores/chat/tools/tool.js'
import { createTestServer, type Call } from '../stores/chat/chat-support.js'
import { callsOf, textOf, ToolsPage } from './pages/tools-page.js'

const shown = () =>
  [...screen.getByRole('list').children].map((item) => item.firstChild?.textContent)
const press = (name: string) => fireEvent.click(screen.getByText(name))

async function answer(
  calls: readonly Call[],
  index: number,
  data: (string | object)[],
): Promise<void> {
  await waitFor(() => expect(calls).toHaveLength(index + 1))
  await act(() => calls[index]!.open())
  await act(() => calls[index]!.send(...data))
}

test('asks the person, runs what may run, and shows the answer', async () => {
  const { fetch, calls } = createTestServer()
  const execute = vi.fn<() => string>(() => 'removed')
  const tools = { remove: tool({ needsApproval: true, execute }) }
  render(<ToolsPage fetch={fetch} tools={tools} />, { wrapper: StrictMode })
  press('Send')
  await answer(calls, 0, callsOf('remove', 'remove'))
  expect(shown()).toEqual(['remove approval', 'remove approval'])
  press('Allow remove-0')
  press('Refuse remove-1')
  await answer(calls, 1, textOf('One is gone.'))
  expect(shown()).toEqual(['remove done removed', 'remove error No.'])
  expect(screen.getByTestId('last').textContent).toBe('One is gone.')
  expect([execute.mock.calls.length, calls.length]).toEqual([1, 2])
})

test('runs the tool of the newest render', async () => {
  const { fetch, calls } = createTestServer()
  const page = render(<ToolsPage fetch={fetch} tools={{ f: tool({ execute: () => 'old' }) }} />)
  press('Send')
  page.rerender(<ToolsPage fetch={fetch} tools={{ f: tool({ execute: () => 'new' }) }} />)
  await answer(calls, 0, callsOf('f'))
  expect(shown()).toEqual(['f done new'])
})

test('in two components, runs each call once', async () => {
  const { fetch, calls } = createTestServer()
  const execute = vi.fn<() => string>(() => 'removed')
  const tools = { free: tool({ execute }), asked: tool({ needsApproval: true, execute }) }
  const page = render(
    <>
      <ToolsPage id="tools-twice" fetch={fetch} tools={tools} />
      <ToolsPage id="tools-twice" fetch={fetch} tools={tools} />
    </>,
  )
  fireEvent.click(page.getAllByText('Send')[0]!)
  await answer(calls, 0, callsOf('free', 'asked'))
  fireEvent.click(page.getAllByText('Allow asked-1')[1]!)
  await answer(calls, 1, textOf('Both are gone.'))
  expect([execute.mock.calls.length, calls.length]).toEqual([2, 2])
})

test('knows nothing of the tools of a render that was given up', async () => {
  const { fetch, calls } = createTestServer()
  function GivenUp(): never {
    const { chat } = useStreamChat({ id: 'tools-given-up' })
    useChatTools(chat, { f: tool({ execute: () => 'given up' }) })
    throw new Promise(() => {})
  }
  const tools = { f: tool({ execute: () => 'shown' }) }
  render(<ToolsPage id="tools-given-up" fetch={fetch} tools={tools} />)
  press('Send')
  await waitFor(() => expect(calls).toHaveLength(1))
  await act(() => calls[0]!.open())
  render(
    <Suspense>
      <GivenUp />
    </Suspense>,
  )
  await act(() => calls[0]!.send(...callsOf('f')))
  expect(shown()).toEqual(['f done shown'])
})

test('with another chat, stops the tools of the first and shows nothing of it', async () => {
  const { fetch, calls } = createTestServer()
  const signals: AbortSignal[] = []
  const held = tool({ execute: (_, { signal }) => new Promise(() => signals.push(signal)) })
  const page = render(<ToolsPage id="tools-a" fetch={fetch} tools={{ held }} />)
  press('Send')
  await answer(calls, 0, callsOf('held'))
  expect([shown(), screen.getByRole('status').textContent]).toEqual([['held running'], 'running'])
  page.rerender(<ToolsPage id="tools-b" fetch={fetch} tools={{ held }} />)
  expect([shown(), screen.getByRole('status').textContent]).toEqual([[], 'at rest'])
  await waitFor(() => expect(signals[0]?.aborted).toBe(true))
})

test('runs what a reply asked for that ended while its page was away', async () => {
  const { fetch, calls } = createTestServer()
  const tools = { f: tool({ execute: () => 'done late' }) }
  const page = render(<ToolsPage id="tools-away" fetch={fetch} tools={tools} />)
  press('Send')
  await waitFor(() => expect(calls).toHaveLength(1))
  await act(() => calls[0]!.open())
  page.unmount()
  await act(() => new Promise((resolve) => setTimeout(resolve, 5)))
  await calls[0]!.send(...callsOf('f'))
  expect(calls).toHaveLength(1)
  render(<ToolsPage id="tools-away" fetch={fetch} tools={tools} />)
  await waitFor(() => expect(shown()).toEqual(['f done done late']))
  await waitFor(() => expect(calls).toHaveLength(2))
})

test('unmounting stops the tools that run, and asks the model for nothing', async () => {
  const { fetch, calls } = createTestServer()
  const signals: AbortSignal[] = []
  const held = tool({ execute: (_, { signal }) => new Promise(() => signals.push(signal)) })
  const page = render(<ToolsPage fetch={fetch} tools={{ held }} />, { wrapper: StrictMode })
  press('Send')
  await answer(calls, 0, callsOf('held'))
  expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  page.unmount()
  await waitFor(() => expect(signals[0]?.aborted).toBe(true))
  expect(calls).toHaveLength(1)
})
