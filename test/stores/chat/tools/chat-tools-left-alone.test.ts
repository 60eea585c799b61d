// Calls that the tools of the page do not run.
import { describe, expect, test, vi } from 'vitest'
import { aiSdk } from '../../../../src/protocols/ai-sdk.js'
import type { ChatMessage } from '../../../../src/protocols/message/message.js'
import type { ChatProtocol } from '../../../../src/protocols/types.js'
import type { ChatOptions } from '../../../../src/stores/chat/chat-types.js'
import { tool } from '../../../../src/stores/chat/tools/tool.js'
import { settle } from '../../../support/clock.js'
import { heldTool, startChatTools } from './chat-tools-support.js'

describe('is left alone:', () => {
  test('a call that the provider runs', async () => {
    const execute = vi.fn<() => void>()
    const protocol: ChatProtocol = {
      reader: () => ({
        read(event, draft) {
          const call = draft.openToolCall({ name: 'search', providerExecuted: true })
          call.update({ args: {}, state: 'ready' })
          return 'complete'
        },
        end: () => 'cut',
      }),
    }
    const search = tool({ execute })
    const { calls, calledNow, say } = startChatTools({ search }, {}, { protocol })
    await (await say('Do it')).send('{}')
    await settle()
    expect(calledNow()).toMatchObject([{ state: 'ready', providerExecuted: true }])
    expect([calls.length, execute.mock.calls.length]).toEqual([1, 0])
  })

  test('a reply that was stopped or cut', async () => {
    const execute = vi.fn<() => void>()
    const { chat, calledNow, calls, say } = startChatTools({ f: tool({ execute }) })
    const call = await say('Do it')
    await call.open()
    const fragment = { id: 'a', function: { name: 'f', arguments: '{}' } }
    await call.send({ choices: [{ delta: { tool_calls: [fragment] } }] })
    chat.stop()
    await settle()
    expect(calledNow()).toMatchObject([{ state: 'ready' }])
    expect([execute.mock.calls.length, calls.length]).toEqual([0, 1])
  })

  test('the reply to messages that the page keeps itself', async () => {
    const execute = vi.fn<() => void>()
    const { chat, calls, reply } = startChatTools({ f: tool({ execute }) })
    void chat.sendMessage([{ role: 'user', content: 'Do it' }])
    await reply(['f'])
    expect(chat.getSnapshot().reply).toMatchObject({
      status: 'complete',
      parts: [{ state: 'ready' }],
    })
    expect([execute.mock.calls.length, calls.length]).toEqual([0, 1])
  })

  test('what was saved, until the user says so', async () => {
    const execute = vi.fn<() => string>(() => 'done now')
    const part = { type: 'tool-call', id: 'a', name: 'f', args: {}, argsText: '{}' } as const
    const { calls, tools, calledNow, toldNow } = startChatTools(
      { f: tool({ needsApproval: true, execute }) },
      {},
      {
        initialMessages: [
          { role: 'user', content: 'Do it' },
          {
            role: 'assistant',
            content: '',
            parts: [
              { ...part, state: 'approval' },
              { ...part, id: 'b', state: 'running' },
            ],
          },
        ],
      },
    )
    await settle()
    expect([execute.mock.calls.length, calls.length]).toEqual([0, 0])
    tools.approve('a')
    tools.deny('b')
    await settle()
    expect(calledNow().map(({ state }) => state)).toEqual(['done', 'error'])
    expect(await toldNow()).toEqual([
      ['a', 'done now'],
      ['b', 'The user declined this call'],
    ])
  })

  describe('what the user has allowed already', () => {
    /** A page with a reply that was cut after these calls. */
    function afterCut(ids: string[], resumeUrl: string | undefined, options?: ChatOptions) {
      const held = heldTool()
      const part = { type: 'tool-call', name: 'held', args: {}, argsText: '{}' } as const
      const reply: ChatMessage = {
        id: 'reply',
        role: 'assistant',
        status: 'interrupted',
        resumeUrl,
        content: '',
        parts: ids.map((id) => ({ ...part, id, state: 'ready' })),
      }
      const initialMessages = [{ role: 'user', content: 'Do it' } as const, reply]
      const started = startChatTools(
        { held: held.tool },
        {},
        { protocol: aiSdk(), initialMessages, ...options },
      )
      return { ...started, held }
    }
    const url = 'https://a.test/replies/1'

    test('when the rest of its reply comes', async () => {
      const { chat, tools, nextCall, held } = afterCut(['a'], undefined, { resumeUrl: url })
      tools.approve('a')
      await settle()
      void chat.resume()
      const call = await nextCall()
      await call.open()
      const input = { toolCallId: 'a', toolName: 'held', input: {} }
      await call.send({ type: 'tool-input-available', ...input }, { type: 'finish' }, '[DONE]')
      await settle()
      expect([chat.getSnapshot().status, held.calls.length]).toEqual(['ready', 1])
    })

    test('because that reply is not resumed from the URL that it came with', async () => {
      const { chat, tools, calls, held } = afterCut(['a', 'b'], url)
      tools.approve('a')
      await settle()
      await expect(chat.resume()).rejects.toMatchObject({ code: 'invalid-option' })
      held.calls[0]!.resolve('once')
      await settle()
      await expect(chat.resume()).rejects.toMatchObject({ code: 'invalid-option' })
      tools.deny('b')
      await settle()
      expect([held.calls.length, calls.length]).toEqual([1, 1])
      expect(calls[0]!.method).toBe('POST')
    })
  })
})
