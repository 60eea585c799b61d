/** Replies as they are on the wire, byte by byte. */
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { StreamFormat } from '../../src/formats/types.js'
import { langGraph } from '../../src/protocols/lang-graph.js'
import { langServe } from '../../src/protocols/lang-serve.js'
import { dify } from '../../src/protocols/dify.js'
import { coze } from '../../src/protocols/coze.js'
import { dashscope } from '../../src/protocols/dashscope.js'
import { workersAi } from '../../src/protocols/workers-ai.js'
import { tgi } from '../../src/protocols/tgi.js'
import { llamaCpp } from '../../src/protocols/llama-cpp.js'
import { qianfan } from '../../src/protocols/qianfan.js'
import { agUi } from '../../src/protocols/ag-ui.js'
import { aiSdkData } from '../../src/protocols/ai-sdk-data.js'
import { aiSdk } from '../../src/protocols/ai-sdk.js'
import { anthropic } from '../../src/protocols/anthropic.js'
import { auto } from '../../src/protocols/auto.js'
import { cohere } from '../../src/protocols/cohere.js'
import { gemini } from '../../src/protocols/gemini.js'
import { geminiInteractions } from '../../src/protocols/gemini-interactions.js'
import { ollama } from '../../src/protocols/ollama.js'
import { openaiChat } from '../../src/protocols/openai-chat.js'
import { openaiResponses } from '../../src/protocols/openai-responses.js'
import { text } from '../../src/protocols/text.js'
import { tutorial } from '../../src/protocols/tutorial.js'
import type { ChatProtocol } from '../../src/protocols/types.js'
import { createChat } from '../../src/stores/chat/chat.js'
import { parsed } from '../formats/parsing.js'
import { cutAt, cutOffsets, eachByte } from '../support/cuts.js'
import { type Received, receive } from './receive.js'
import { bytesOf, expectedOf, hasOthers, isOurs, wireCases, type WireCase } from './wire-cases.js'

interface Expected {
  text: string
  reasoning: string | null
  toolCalls: { id: string | null; name: string; args: unknown }[]
  sources: { url?: string; title?: string }[]
  finishReason: string | null
  usage: { inputTokens?: number; outputTokens?: number } | null
  error: string | null
}

interface WireFormat {
  make: () => ChatProtocol
  format: StreamFormat
  /** `auto()` reads it too. */
  isAutomatic?: boolean
}

const protocols: Record<string, WireFormat> = {
  'tutorial-sse': { make: tutorial, format: 'sse', isAutomatic: true },
  'openai-chat': { make: openaiChat, format: 'sse', isAutomatic: true },
  'text-stream': { make: text, format: 'text', isAutomatic: true },
  'cn-openai-variants': { make: openaiChat, format: 'sse' },
  mistral: { make: openaiChat, format: 'sse' },
  anthropic: { make: anthropic, format: 'sse' },
  'openai-responses': { make: openaiResponses, format: 'sse' },
  // With the JSON that there may be between its events.
  gemini: { make: gemini, format: 'text' },
  'gemini-interactions': { make: geminiInteractions, format: 'sse' },
  ollama: { make: ollama, format: 'ndjson' },
  'cohere-v2': { make: cohere, format: 'sse' },
  'vercel-ui-message-stream': { make: aiSdk, format: 'sse' },
  'vercel-data-stream-v1': { make: aiSdkData, format: 'ndjson' },
  'ag-ui': { make: agUi, format: 'sse' },
  langgraph: { make: langGraph, format: 'sse' },
  langserve: { make: langServe, format: 'text' },
  dify: { make: dify, format: 'sse' },
  'coze-v3': { make: coze, format: 'sse' },
  dashscope: { make: dashscope, format: 'sse' },
  'cloudflare-workers-ai': { make: workersAi, format: 'sse' },
  tgi: { make: tgi, format: 'sse' },
  'llama-cpp': { make: llamaCpp, format: 'ndjson' },
  'qianfan-v1': { make: qianfan, format: 'sse' },
}

const contentTypes: Record<StreamFormat, string> = {
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  'json-seq': 'application/json-seq',
  text: 'text/plain',
}

/** Replies that take back what they said. */
const rewritten = new Set(['vercel-ui-message-stream/reset-step', 'dify/message-replace'])

/** Heartbeats, and events that nobody knows. */
const noise = [
  ': keep-alive',
  'event: ping',
  'event: ping\ndata:',
  'event: ping\ndata: {"type":"ping"}',
  'event: ping\ndata: 2026-01-01 12:00:00',
  'event: brand_new\ndata: {"x":{"text":"No"}}',
  'data: {"type":"brand.new","event":"brand_new","event_type":"brand.new","x":1}',
  'data: {}',
]
  .map((block) => `${block}\n\n`)
  .join('')

const cases = wireCases((format) => format in protocols)

describe.each(cases)('$format: $case', (wire) => {
  prove(wire)
})

test('streams that others recorded are read from ../shared/wire', ({ skip }) => {
  skip(!hasOthers, 'there is no such folder beside this repository')
  expect(cases.every(isOurs)).toBe(false)
})

function prove(wire: WireCase): void {
  const { make, isAutomatic, format: streamed } = protocols[wire.format]!
  const format = wire.file.endsWith('.json') ? make().detectFormat!('application/json')! : streamed
  const bytes = bytesOf(wire)
  const expected = expectedOf(wire) as Expected

  const readers: [string, () => ChatProtocol, Expected][] = [['its own protocol', make, expected]]
  // What only some backends send is left to the protocol that has to be imported.
  if (isAutomatic) readers.push(['auto()', auto, { ...expected, sources: [] }])

  describe.each(readers)('read with %s', (_name, protocol, expected) => {
    const whole = receive(protocol(), format, [bytes])

    test('is the reply that was meant', () => {
      expect(summary(whole, expected)).toEqual(expected)
      expect(whole.draft.snapshot().content).toBe(expected.text)
    })

    test('ends as the backend ended it', () => {
      if (expected.error) expect(whole.ended).toBe('error')
      else if (wire.ended === 'cut') expect(whole.ended).toBe('cut')
      else expect(whole.ended).not.toBe('cut')
      expect(whole.errors).toEqual([])
    })

    test('is a message of a chat, with the state it ended in', async () => {
      const body = wire.ended === 'cut' ? cutOff(bytes) : bytes
      const isJson = wire.file.endsWith('.json')
      const type = isJson ? 'application/json' : contentTypes[streamed]
      const fetch = async (): Promise<Response> =>
        new Response(body, { headers: { 'content-type': type } })
      const chat = createChat({
        url: 'http://localhost/',
        protocol: protocol(),
        fetch,
        retry: false,
      })
      await chat.sendMessage('Hello').catch(() => {})
      const { reply } = chat.getSnapshot()
      const complete = whole.ended === 'stopped' ? 'stopped' : 'complete'
      expect(reply).toMatchObject({
        content: expected.text,
        status: expected.error ? 'error' : wire.ended === 'cut' ? 'interrupted' : complete,
      })
      if (expected.error) expect(reply!.error!.message).toContain(expected.error)
    })

    test('is the same one byte at a time and cut in two anywhere', () => {
      const same = outcome(whole)
      expect(outcome(receive(protocol(), format, eachByte(bytes)))).toBe(same)
      const reading = parsed(format, [bytes])
      for (const at of cutOffsets(bytes)) {
        const chunks = cutAt(bytes, at)
        // The same events are the same reply. Text comes in other pieces, wherever it is cut.
        if (isDeepStrictEqual(parsed(format, chunks), reading)) continue
        const cut = outcome(receive(protocol(), format, chunks))
        if (cut !== same) expect.fail(`cut at byte ${at}: ${cut}`)
      }
    })

    test.runIf(wire.file.endsWith('.sse'))('is the same with what means nothing in between', () => {
      const blocks = new TextDecoder().decode(bytes).split(/(?<=\r?\n\r?\n)/)
      const noisy = blocks.map((block) => noise + block)
      expect(outcome(receive(protocol(), format, noisy))).toBe(outcome(whole))
    })

    const isBeginning = (begun: string): boolean =>
      rewritten.has(`${wire.format}/${wire.case}`) || expected.text.startsWith(begun)

    test('lost anywhere is a beginning of it, and never called complete too early', () => {
      // A third of the offsets, of so many replies: each is read from its start.
      const offsets = cutOffsets(bytes, 100).filter((_, index) => index % 3 === 0)
      const wrong = offsets.filter((at) => {
        const { draft, ended, errors } = receive(protocol(), format, [bytes.subarray(0, at)])
        // Of a character that was cut in two, text shows a replacement character.
        const begun = draft.content.replace(/\uFFFD$/, '')
        const isCalledWhole = ended === 'marker' || ended === 'complete'
        const isRight = isCalledWhole ? begun === expected.text : isBeginning(begun)
        return !isRight || errors.length > 1
      })
      expect(wrong).toEqual([])
    })
  })
}

/** A body that is lost once it has been read. */
function cutOff(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = [bytes]
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks.pop()
      if (chunk) controller.enqueue(chunk)
      else controller.error(new TypeError('the connection was lost'))
    },
  })
}

/** The reply as the fixtures write it down; of a source or a call only what they name. */
function summary({ draft }: Received, expected: Expected): Expected {
  const { parts, content, rawFinishReason, usage } = draft.snapshot()
  const reasoning = parts.flatMap((part) => (part.type === 'reasoning' ? [part.text] : []))
  const calls = parts.flatMap((part) => (part.type === 'tool-call' ? [part] : []))
  const sources = parts.flatMap((part) => (part.type === 'source' ? [part] : []))
  return {
    text: content,
    reasoning: reasoning.length > 0 ? reasoning.join('') : null,
    toolCalls: calls.map(({ id, name, args }, index) => ({
      id: expected.toolCalls[index]?.id === null ? null : id,
      name,
      args,
    })),
    sources: sources.map(({ url, title }, index) => ({
      ...expected.sources[index],
      url,
      ...(expected.sources[index]?.title !== undefined && { title }),
    })),
    finishReason: rawFinishReason ?? null,
    usage: usage ?? null,
    error: draft.error?.message ?? null,
  }
}

function outcome({ draft, ended, errors }: Received): string {
  const failed = [draft.error, ...errors].map((error) => error?.message)
  return JSON.stringify([draft.snapshot(), ended, failed])
}
