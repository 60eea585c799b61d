import { StrictMode } from 'react'
import { expect, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { aiSdk } from '../../src/protocols/ai-sdk.js'
import { tool } from '../../src/stores/chat/tools/tool.js'
import { createTestServer } from '../stores/chat/chat-support.js'
import { callsOf, textOf, ToolsPage } from './pages/tools-page.js'

test('a call is allowed by a double click and runs once, with a real request that stop() aborts', async () => {
  const { fetch, calls } = createTestServer()
  let runs = 0
  const failures: unknown[] = []
  const load = tool({
    needsApproval: true,
    async execute(_, { signal }) {
      runs += 1
      // A body that never ends: only the signal ends it.
      const endless = new Response(new ReadableStream({ pull: () => new Promise(() => {}) }))
      const url = URL.createObjectURL(new Blob(['x']))
      await globalThis.fetch(url, { signal })
      signal.addEventListener('abort', () => failures.push(signal.reason))
      return endless.text()
    },
  })
  const screen = await render(
    <StrictMode>
      <ToolsPage fetch={fetch} tools={{ load }} />
    </StrictMode>,
  )
  await screen.getByText('Send').click()
  await expect.poll(() => calls.length).toBe(1)
  await calls[0]!.send(...callsOf('load'))
  await screen.getByText('Allow load-0').dblClick()
  await expect.element(screen.getByText('load running')).toBeVisible()
  await expect.poll(() => runs).toBe(1)
  await screen.getByText('Stop').click()
  await expect.element(screen.getByText('load error The user stopped the tool')).toBeVisible()
  expect([failures.length, runs, calls.length]).toEqual([1, 1, 1])

  await screen.getByText('Send').click()
  await expect.poll(() => calls.length).toBe(2)
  await calls[1]!.send(...textOf('Never mind.'))
  await expect.element(screen.getByText('Never mind.')).toBeVisible()
})

test('a tool of an AI SDK server runs where it is allowed, and the reply goes on', async () => {
  const { fetch, calls } = createTestServer()
  const screen = await render(
    <StrictMode>
      <ToolsPage fetch={fetch} tools={{}} protocol={aiSdk()} />
    </StrictMode>,
  )
  const answer = async (index: number, ...chunks: object[]): Promise<void> => {
    await expect.poll(() => calls.length).toBe(index + 1)
    await calls[index]!.send({ type: 'start' }, ...chunks, { type: 'finish' }, '[DONE]')
  }
  const asks = (toolCallId: string): object[] => [
    { type: 'tool-input-available', toolCallId, toolName: 'deploy', input: {} },
    { type: 'tool-approval-request', toolCallId, approvalId: `may-${toolCallId}`, signature: 's' },
  ]
  await screen.getByText('Send').click()
  await answer(0, ...asks('eu'), ...asks('us'))
  await screen.getByText('Allow eu').dblClick()
  await expect.element(screen.getByText('deploy running')).toBeVisible()
  await screen.getByText('Refuse us').click()
  await expect.element(screen.getByText('deploy error No.')).toBeVisible()
  await answer(
    1,
    { type: 'tool-output-available', toolCallId: 'eu', output: 'deployed' },
    { type: 'tool-output-denied', toolCallId: 'us' },
    { type: 'text-start', id: '0' },
    { type: 'text-delta', id: '0', delta: 'Europe has it.' },
  )
  await expect.element(screen.getByText('deploy done deployed')).toBeVisible()
  await expect.element(screen.getByText('deploy error No.')).toBeVisible()
  await expect.element(screen.getByText('Europe has it.')).toBeVisible()
  expect(calls[1]!.body).toMatchObject({
    messages: [
      { role: 'user' },
      {
        parts: [
          {
            state: 'approval-responded',
            approval: { id: 'may-eu', approved: true, signature: 's' },
          },
          {
            state: 'approval-responded',
            approval: { id: 'may-us', approved: false, reason: 'No.' },
          },
        ],
      },
    ],
  })
})
