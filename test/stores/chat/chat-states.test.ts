// What a message says of how its reply ended, in every protocol.
import { Buffer } from 'node:buffer'
import { describe, expect, test } from 'vitest'
import type { FinishReason } from '../../../src/protocols/message/message.js'
import { protocolNamed, type ProtocolName } from '../../support/protocol-named.js'
import { replyFixtures } from '../../support/reply-fixtures.js'
import { firstWords, wireReply } from '../../support/wire-reply.js'
import { type Call, outcome, startChat, type TestChat } from './chat-support.js'

interface Asked extends TestChat {
  call: Call
  settled: Promise<unknown>
}

async function ask(protocol: ProtocolName): Promise<Asked> {
  const started = startChat({ protocol: protocolNamed(protocol), retry: false })
  const settled = outcome(started.chat.sendMessage('Hello'))
  return { ...started, call: await started.nextCall(), settled }
}

/** Those that may end without a marker, or must: what came is all. */
const unmarked: ProtocolName[] = ['langGraph', 'text', 'tutorial']

const names = Object.keys(replyFixtures) as ProtocolName[]

describe.each(names)('%s', (protocol) => {
  const { contentType: type, body, expected } = wireReply(protocol)
  const bytes = Buffer.from(body)
  const begun = bytes.subarray(0, firstWords(bytes, protocol))

  async function begin(): Promise<Asked & { words: string; isGone: () => Promise<void> }> {
    const asked = await ask(protocol)
    await asked.call.open({ type })
    await asked.call.write(begun)
    asked.clock.nextFrame()
    const { streamingContent: words, reply } = asked.chat.getSnapshot()
    expect(words).not.toBe('')
    expect(reply).toMatchObject({ status: 'streaming', finishReason: undefined })
    /** Where the protocol says that the rest can be had, it cannot. */
    async function isGone(): Promise<void> {
      await asked.clock.advance(500)
      await asked.calls[1]?.answer(404, '')
    }
    return { ...asked, words, isGone }
  }

  test('the whole reply is complete, with finish reason and usage', async () => {
    const { chat, call, settled } = await begin()
    await call.write(bytes.subarray(begun.length))
    await call.end()
    expect(await settled).toBe(expected.text)
    const { status, reply } = chat.getSnapshot()
    expect([status, reply?.status, reply?.error]).toEqual(['ready', 'complete', undefined])
    expect(reply?.rawFinishReason ?? null).toBe(expected.finishReason)
    expect(reply?.usage ?? null).toEqual(expected.usage)
  })

  test('one that ends before its marker is interrupted', async () => {
    const { chat, call, settled, words, isGone } = await begin()
    await call.end()
    await isGone()
    await settled
    const end = unmarked.includes(protocol)
      ? { status: 'complete', error: undefined }
      : { status: 'interrupted', error: { code: 'incomplete' } }
    expect(chat.getSnapshot().reply).toMatchObject({ ...end, content: words })
  })

  test('one whose connection is lost is interrupted', async () => {
    const { chat, call, settled, words, isGone } = await begin()
    await call.cut()
    await isGone()
    expect(await settled).toMatchObject({ code: 'network' })
    const error = { code: 'network' }
    expect(chat.getSnapshot().reply).toMatchObject({ status: 'interrupted', content: words, error })
  })

  test('one that the user stops is stopped', async () => {
    const { chat, settled, words } = await begin()
    chat.stop()
    expect(await settled).toBe(words)
    expect(chat.getSnapshot().reply).toMatchObject({ status: 'stopped', content: words })
    expect(chat.getSnapshot().reply?.error).toBeUndefined()
  })

  test('one that is refused is an error, and the user’s text is kept', async () => {
    const { chat, call, settled } = await ask(protocol)
    await call.answer(400, '{"error":{"message":"No such model"}}')
    expect(await settled).toMatchObject({ code: 'http', status: 400 })
    const reply = { status: 'error', content: '' }
    expect(chat.getSnapshot().messages).toMatchObject([{ content: 'Hello' }, reply])
  })
})

type Ending = [ProtocolName, Partial<Record<FinishReason, object[]>>]

const openAi = (finish_reason: string, delta: object = { content: 'Hi' }): object[] => [
  { choices: [{ index: 0, delta, finish_reason }] },
]
const anthropic = (stop_reason: string, type = 'text'): object[] => [
  { type: 'message_start', message: { id: 'm', role: 'assistant', content: [] } },
  {
    type: 'content_block_start',
    index: 0,
    content_block: { type, id: 'a', name: 'now', text: '' },
  },
  { type: 'message_delta', delta: { stop_reason } },
  { type: 'message_stop' },
]
const gemini = (finishReason: string, part: object = { text: 'Hi' }): object[] => [
  { candidates: [{ content: { parts: [part] }, finishReason }] },
]
const responses = (status: string, reason?: string): object[] => [
  { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Hi' },
  { type: `response.${status}`, response: { status, incomplete_details: reason && { reason } } },
]
const aiSdk = (finishReason: string): object[] => [{ type: 'finish', finishReason }]
const cohere = (finish_reason: string): object[] => [
  { type: 'message-end', delta: { finish_reason } },
]

const call = { id: 'a', type: 'function', function: { name: 'now', arguments: '{}' } }

const endings: Ending[] = [
  [
    'openaiChat',
    {
      stop: openAi('stop'),
      length: openAi('length'),
      'tool-calls': openAi('tool_calls', { tool_calls: [{ index: 0, ...call }] }),
      'content-filter': openAi('content_filter'),
    },
  ],
  [
    'anthropic',
    {
      stop: anthropic('end_turn'),
      length: anthropic('max_tokens'),
      'tool-calls': anthropic('tool_use', 'tool_use'),
      'content-filter': anthropic('refusal'),
    },
  ],
  [
    'gemini',
    {
      stop: gemini('STOP'),
      length: gemini('MAX_TOKENS'),
      'tool-calls': gemini('STOP', { functionCall: { name: 'now', args: {} } }),
      'content-filter': gemini('SAFETY'),
    },
  ],
  [
    'openaiResponses',
    {
      stop: responses('completed'),
      length: responses('incomplete', 'max_output_tokens'),
      'content-filter': responses('incomplete', 'content_filter'),
    },
  ],
  [
    'aiSdk',
    {
      stop: aiSdk('stop'),
      length: aiSdk('length'),
      'tool-calls': aiSdk('tool-calls'),
      'content-filter': aiSdk('content-filter'),
    },
  ],
  [
    'cohere',
    { stop: cohere('COMPLETE'), length: cohere('MAX_TOKENS'), 'tool-calls': cohere('TOOL_CALL') },
  ],
]

test.each(
  endings.flatMap(([protocol, ways]) =>
    Object.entries(ways).map(([finishReason, events]) => ({ protocol, finishReason, events })),
  ),
)('$protocol tells why a complete reply ended: $finishReason', async (ending) => {
  const { chat, call, settled } = await ask(ending.protocol)
  await call.send(...ending.events)
  await call.end()
  await settled
  const { finishReason } = ending
  expect(chat.getSnapshot().reply).toMatchObject({ status: 'complete', finishReason })
})
