import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { dify } from '../../../src/protocols/dify.js'
import { openaiChat } from '../../../src/protocols/openai-chat.js'
import {
  createStreamObject,
  type ObjectSchema,
  type StreamObjectOptions,
} from '../../../src/stores/chat/stream-object.js'
import { createTestClock, settle } from '../../support/clock.js'
import { createTestServer, delta, outcome, type Call } from './chat-support.js'

const schema = z.object({ city: z.string(), degrees: z.number().array() })
const json = '{"city": "Ulm", "degrees": [17, 21]}'

type Output = z.infer<typeof schema>

function start(options: Partial<StreamObjectOptions<Output>> = {}) {
  const { fetch, calls } = createTestServer()
  const clock = createTestClock(fetch)
  const store = createStreamObject({ fetch, schema, retry: false, ...options }, clock)
  async function nextCall(): Promise<Call> {
    await settle()
    return calls.at(-1)!
  }
  /** Begins a reply, with this so far. */
  async function begin(...texts: string[]) {
    const result = store.submit('The weather in Ulm')
    const call = await nextCall()
    await call.send(...texts.map(delta))
    clock.nextFrame()
    return { result, call }
  }
  return { store, calls, clock, nextCall, begin, shown: () => store.getSnapshot() }
}

test('the object comes in parts, and is checked at the end', async () => {
  const { store, begin, shown, clock } = start()
  expect(shown()).toEqual({ text: '', isLoading: false })
  const { result, call } = await begin('Here:\n```json\n{"city": "U')
  expect(shown()).toMatchObject({ object: { city: 'U' }, result: undefined, isLoading: true })
  await call.send(delta('lm", "degrees": [17, 2'))
  clock.nextFrame()
  expect(shown().object).toEqual({ city: 'Ulm', degrees: [17] })
  await call.send(delta('1]}\n```'), '[DONE]')
  expect(await result).toEqual({ city: 'Ulm', degrees: [17, 21] })
  expect(shown()).toEqual({
    object: { city: 'Ulm', degrees: [17, 21] },
    result: { city: 'Ulm', degrees: [17, 21] },
    text: `Here:\n\`\`\`json\n${json}\n\`\`\``,
    isLoading: false,
    error: undefined,
  })
  expect(store.getInitialSnapshot().object).toBeUndefined()
})

test('what the backend writes in place of it is read from its beginning', async () => {
  const { store, nextCall, clock, shown } = start({ protocol: dify() })
  const result = store.submit('The weather in Ulm')
  const call = await nextCall()
  await call.send({ event: 'message', answer: '{"city": "Bonn", "de' })
  clock.nextFrame()
  expect(shown().object).toEqual({ city: 'Bonn' })
  await call.send({ event: 'message_replace', answer: json }, { event: 'message_end' })
  expect(await result).toEqual({ city: 'Ulm', degrees: [17, 21] })
})

test('what the schema makes of it is the result, what the model wrote the object', async () => {
  const dated = z.object({ day: z.iso.date().transform((text) => new Date(text)) })
  const { fetch, calls } = createTestServer()
  const store = createStreamObject({ schema: dated, fetch }, createTestClock(fetch))
  const result = store.submit('Today')
  await settle()
  await calls[0]!.send(delta('{"day":"2026-07-01"}'), '[DONE]')
  expect((await result).day).toEqual(new Date('2026-07-01'))
  expect(store.getSnapshot().object).toEqual({ day: '2026-07-01' })
})

test('a function checks as well', async () => {
  const even: ObjectSchema<Output> = (value) => {
    if (Array.isArray(value)) throw new TypeError('an object, please')
    return value as Output
  }
  const { begin, shown } = start({ schema: even })
  const { result, call } = await begin('[1, 2]')
  await call.send('[DONE]')
  expect(await outcome(result)).toMatchObject({
    code: 'parse',
    message: 'Expected JSON that the schema accepts: an object, please',
  })
  expect(shown().object).toEqual([1, 2])
})

describe('what fails', () => {
  test('at the schema says so, and keeps the text', async () => {
    const { begin, shown } = start()
    const { result, call } = await begin('{"city": "Ulm", "degrees": ["mild"]}')
    await call.send('[DONE]')
    const error = await outcome(result)
    expect(error).toMatchObject({ code: 'parse', body: '{"city": "Ulm", "degrees": ["mild"]}' })
    expect((error as Error).message).toContain('degrees.0: ')
    expect(shown()).toMatchObject({
      object: { city: 'Ulm', degrees: ['mild'] },
      result: undefined,
      text: '{"city": "Ulm", "degrees": ["mild"]}',
      isLoading: false,
    })
    expect(shown().error).toBe(error)
  })

  test('because it is none, or not whole', async () => {
    const { begin } = start()
    const prose = await begin('I cannot know that.')
    await prose.call.send('[DONE]')
    expect(await outcome(prose.result)).toMatchObject({ code: 'parse' })
    const half = await begin('{"city": "Ulm", ')
    await half.call.send('[DONE]')
    expect(await outcome(half.result)).toMatchObject({
      code: 'parse',
      message: 'Expected JSON that the schema accepts: it is not whole',
    })
  })

  test('at the limit of the model', async () => {
    const { store, nextCall } = start({ protocol: openaiChat() })
    const result = store.submit('The weather')
    await (
      await nextCall()
    ).send(
      { choices: [{ index: 0, delta: { content: '{"city": "Ulm' } }] },
      { choices: [{ index: 0, delta: {}, finish_reason: 'length' }] },
      '[DONE]',
    )
    expect(await outcome(result)).toMatchObject({
      code: 'parse',
      message:
        'Expected JSON that the schema accepts: it is not whole; the model came to its limit of length',
    })
  })

  test('because the model refuses, with its words', async () => {
    const { store, nextCall } = start({ protocol: openaiChat() })
    const result = store.submit('The weather')
    await (
      await nextCall()
    ).send(
      { choices: [{ index: 0, delta: { refusal: 'I cannot help with that.' } }] },
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      '[DONE]',
    )
    expect(await outcome(result)).toMatchObject({
      code: 'parse',
      message: 'Expected JSON that the schema accepts: I cannot help with that.',
    })
  })

  test('on its way keeps what came, and is no result although it looks whole', async () => {
    const { begin, shown } = start()
    const { result, call } = await begin(json)
    await call.cut()
    expect(await outcome(result)).toMatchObject({ code: 'network' })
    expect(shown()).toMatchObject({
      object: { city: 'Ulm', degrees: [17, 21] },
      result: undefined,
      error: { code: 'network' },
    })
  })

  test('is over with the next submission', async () => {
    const { begin, shown } = start()
    const first = await begin('No.')
    await first.call.send('[DONE]')
    await outcome(first.result)
    const second = await begin('{"city":')
    expect(shown()).toMatchObject({ error: undefined, object: {}, isLoading: true })
    await second.call.send(delta(json.slice(8)), '[DONE]')
    expect(await second.result).toEqual(JSON.parse(json))
  })
})

describe('stop', () => {
  test('keeps what came, and is no error of the page', async () => {
    const { store, begin, shown } = start()
    const { result } = await begin('{"city": "Ulm"')
    store.stop()
    expect(await outcome(result)).toMatchObject({ code: 'aborted' })
    expect(shown()).toMatchObject({
      object: { city: 'Ulm' },
      result: undefined,
      error: undefined,
      isLoading: false,
    })
  })

  test('after the object gives it', async () => {
    const { store, begin } = start()
    const { result } = await begin(`${json} That is`)
    store.stop()
    expect(await result).toEqual(JSON.parse(json))
  })
})

describe('submit', () => {
  test('sends a text, a message or messages, and nothing from before', async () => {
    const { store, nextCall } = start()
    const messages = [
      { role: 'system', content: 'Be brief' },
      { role: 'user', content: 'Ulm' },
    ] as const
    for (const input of ['Ulm', { content: 'Ulm' }, messages]) {
      const result = store.submit(input)
      const call = await nextCall()
      expect(call.body).toEqual({ messages: messages.slice(input === messages ? 0 : 1) })
      await call.send(delta(json), '[DONE]')
      expect(await result).toEqual(JSON.parse(json))
    }
  })

  test('is refused while a reply streams', async () => {
    const { store, begin } = start()
    const { result, call } = await begin('{"city"')
    expect(await outcome(store.submit('Bonn'))).toMatchObject({ code: 'busy' })
    await call.send(delta(json.slice(7)), '[DONE]')
    expect(await result).toEqual(JSON.parse(json))
  })

  test('from a subscriber, at the end of one, leaves that its result', async () => {
    const { store, begin, calls } = start()
    const { result, call } = await begin(json)
    const unsubscribe = store.subscribe(() => {
      unsubscribe()
      void store.submit('Bonn')
    })
    await call.send('[DONE]')
    expect(await result).toEqual(JSON.parse(json))
    expect(calls).toHaveLength(2)
  })
})
