// A conversation in each protocol that a chat reads, with a server that speaks it.
import { describe, expect, test } from 'vitest'
import { renderHook } from 'vitest-browser-react'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'
import * as exported from '../../src/protocols/index.js'
import type { ChatMessage } from '../../src/protocols/message/message.js'
import { protocolNamed, type ProtocolName } from '../support/protocol-named.js'
import { replyFixtures } from '../support/reply-fixtures.js'
import { startServer } from './server.js'

const others: ProtocolName[] = [
  'StreamError',
  'withTools',
  'fromUiMessages',
  // Of tasks.
  'a2a',
  'dockerProgress',
  'fal',
  'gradio',
  'jsonProgress',
  'kubernetesWatch',
  'mcpProgress',
  'ollamaPull',
  'openaiBackground',
  'progressEvents',
  'replicate',
]

/** LangGraph tells only what is new of a run; of plain text nobody could say that it is whole. */
const notKept: ProtocolName[] = ['langGraph', 'text']

const results = import.meta.glob<{ text: string; finishReason: string | null }>(
  '../fixtures/wire/*/*.expected.json',
  { import: 'default' },
)

test('every protocol has its conversation', () => {
  const missing = Object.keys(exported).filter((name) => !(name in replyFixtures))
  expect(missing.filter((name) => !others.includes(name as ProtocolName))).toEqual([])
})

const names = Object.keys(replyFixtures) as ProtocolName[]

describe.each(names)('%s', (protocol) => {
  test('a reply, one that is stopped, the same again, and one that goes on after a reload and a cut', async () => {
    const name = replyFixtures[protocol]!.replace(/\.\w+$/, '.expected.json')
    const load = results[`../fixtures/wire/${name}`]!
    const { text, finishReason } = await load()
    const whole = {
      role: 'assistant',
      content: text,
      status: 'complete',
      rawFinishReason: finishReason ?? undefined,
    }
    const seed = names.indexOf(protocol)
    const server = await startServer('wire-replies', { protocol, seed })
    const openPage = (initialMessages: ChatMessage[] = []) =>
      renderHook(() =>
        useStreamChat({
          url: `${server.url}/chat`,
          protocol: protocolNamed(protocol),
          initialMessages,
          retry: { minDelay: 1 },
        }),
      )
    const { result, unmount } = await openPage()

    /** Asks, and waits for what is the beginning of the reply. */
    async function ask(question: string): Promise<{ reply: Promise<string> }> {
      const reply = result.current.sendMessage(question)
      await expect.poll(() => result.current.status).toBe('streaming')
      await expect.poll(() => result.current.streamingContent).not.toBe('')
      return { reply }
    }

    expect(await result.current.sendMessage('你好')).toBe(text)
    await expect.poll(() => result.current.messages).toMatchObject([{ content: '你好' }, whole])

    const { reply } = await ask('Say more')
    result.current.stop()
    const begun = await reply
    expect(text.startsWith(begun) && begun !== text).toBe(true)
    await expect.poll(() => result.current.status).toBe('ready')
    expect(result.current.messages.at(-1)).toMatchObject({ content: begun, status: 'stopped' })
    await expect.poll(server.seen).toMatchObject([{ disconnected: false }, { disconnected: true }])

    expect(await result.current.regenerate()).toBe(text)
    await expect.poll(() => result.current.messages.at(-1)).toMatchObject(whole)
    expect(result.current.messages).toHaveLength(4)

    await ask('And then?')
    const saved = JSON.parse(JSON.stringify(result.current.messages)) as ChatMessage[]
    await unmount()
    await expect.poll(async () => (await server.seen())[3]).toMatchObject({ disconnected: true })

    const { result: reloaded } = await openPage(saved)
    expect(reloaded.current.messages.at(-1)).toMatchObject({
      content: begun,
      status: 'interrupted',
    })
    const isKept = !notKept.includes(protocol)
    const again = isKept ? reloaded.current.resume() : reloaded.current.regenerate()
    expect(await again).toBe(text)
    await expect.poll(() => reloaded.current.messages.at(-1)).toMatchObject(whole)
    expect(reloaded.current.messages).toHaveLength(6)
    const after = (await server.seen()).slice(4).map(({ method }) => method)
    expect(after).toEqual(isKept ? ['GET', 'GET'] : ['POST'])
  })
})
