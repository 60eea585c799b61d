/** Replies whose protocol says where the rest of them can be had. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { geminiInteractions } from '../../../src/protocols/gemini-interactions.js'
import type { ChatMessage } from '../../../src/protocols/message/message.js'
import { openaiResponses } from '../../../src/protocols/openai-responses.js'
import { settle } from '../../support/clock.js'
import { outcome, startChat, type TestChat } from './chat-support.js'

const folder = new URL('../../fixtures/wire/openai-responses/', import.meta.url)
const [whole, cut, rest] = ['background', 'background-cut', 'background-resumed'].map((name) =>
  readFileSync(new URL(`${name}.sse`, folder), 'utf8'),
) as [string, string, string]

const id = /resp_\w+/.exec(whole)![0]

async function startReply(url?: string): Promise<TestChat & { promise: Promise<unknown> }> {
  const started = startChat({ url, protocol: openaiResponses(), body: { background: true } })
  const promise = outcome(started.chat.sendMessage('Count to three'))
  await (await started.nextCall()).open()
  return { ...started, promise }
}

describe('a background response', () => {
  test('goes on after the last event that came', async () => {
    const { chat, clock, calls, promise } = await startReply('/v1/responses')
    await calls[0]!.write(cut)
    await calls[0]!.cut()
    await clock.advance(500)
    expect(calls[1]).toMatchObject({
      method: 'GET',
      url: `/v1/responses/${id}?stream=true&starting_after=6`,
      body: undefined,
    })
    await calls[1]!.write(rest)
    expect(await promise).toBe('One two three.')
    expect(chat.getSnapshot().reply).toMatchObject({
      status: 'complete',
      usage: { inputTokens: 9, outputTokens: 6 },
      metadata: { id },
    })
  })

  test('ends in the same text wherever it is cut, with what came twice read once', async () => {
    for (let at = cut.indexOf('\n\n') + 2; at < whole.length; at += 97) {
      const { clock, calls, promise } = await startReply()
      await calls[0]!.write(whole.slice(0, at))
      await calls[0]!.cut()
      await clock.advance(500)
      const after = Number(/starting_after=(\d+)/.exec(calls[1]!.url)![1])
      const events = whole.split(/(?<=\n\n)/)
      await calls[1]!.write(events.slice(Math.max(0, after - 1)).join(''))
      expect(await promise, `cut at ${at}`).toBe('One two three.')
    }
  })

  test('is not asked for again and again where nothing new comes', async () => {
    const { chat, clock, calls, promise } = await startReply()
    await calls[0]!.write(cut)
    await calls[0]!.cut()
    await clock.advance(500)
    await calls[1]!.write(cut)
    await calls[1]!.cut()
    await clock.advance(60_000)
    expect(await promise).toMatchObject({ code: 'network' })
    expect(calls).toHaveLength(2)
    expect(chat.getSnapshot().reply).toMatchObject({
      status: 'interrupted',
      content: 'One two ',
      resumeUrl: `/api/chat/${id}?stream=true`,
    })
  })

  test('is fetched where a proxy has it, whatever its id', async () => {
    const { clock, calls, promise } = await startReply('/api?tenant=7')
    const response = { id: '../../keys?x=1', status: 'queued', background: true }
    await calls[0]!.send({ type: 'response.created', response, sequence_number: 0 })
    await calls[0]!.cut()
    await clock.advance(500)
    expect(calls[1]!.url).toBe('/api/..%2F..%2Fkeys%3Fx%3D1?tenant=7&stream=true&starting_after=0')
    await calls[1]!.answer(404, '{"error":{"message":"No such response"}}')
    await promise
  })
})

test('a response in the foreground ends where it is cut', async () => {
  const { chat, calls, promise } = await startReply()
  await calls[0]!.write(cut.replaceAll('"background":true', '"background":false'))
  await calls[0]!.cut()
  await settle()
  expect(await promise).toMatchObject({ code: 'network' })
  expect(chat.getSnapshot().reply).toMatchObject({ status: 'interrupted', content: 'One two ' })
  expect(calls).toHaveLength(1)
})

/** A page that was loaded anew while a background response was under way. */
async function reload() {
  const { chat, clock, calls } = await startReply()
  await calls[0]!.write(cut)
  clock.nextFrame()
  const saved = JSON.parse(JSON.stringify(chat.getSnapshot().messages)) as ChatMessage[]
  const page = startChat({ protocol: openaiResponses(), initialMessages: saved })
  const promise = page.chat.resume()
  await settle()
  return { ...page, promise, saved }
}

test('a page that was loaded anew gets all of a background response', async () => {
  const { calls, clock, promise } = await reload()
  expect(calls[0]).toMatchObject({ method: 'GET', url: `/api/chat/${id}?stream=true` })
  await calls[0]!.write(whole.slice(0, cut.length))
  await calls[0]!.cut()
  await clock.advance(500)
  expect(calls[1]?.url).toBe(`/api/chat/${id}?stream=true&starting_after=6`)
  await calls[1]!.write(rest)
  expect(await promise).toBe('One two three.')
})

test('a page that was loaded anew asks again where it was cut before the first event', async () => {
  const { chat, calls, clock, promise, saved } = await reload()
  await calls[0]!.open()
  clock.nextFrame()
  expect(chat.getSnapshot().reply?.resumeUrl).toBe(saved.at(-1)!.resumeUrl)
  await calls[0]!.cut()
  await clock.advance(500)
  expect(calls[1]?.url).toBe(calls[0]!.url)
  await calls[1]!.write(whole)
  expect(await promise).toBe('One two three.')
})

test('what does not run in the background goes on where a proxy keeps it: its Content-Location', async () => {
  const { chat, clock, calls, nextCall } = startChat({ protocol: openaiResponses() })
  const promise = chat.sendMessage('Count to three')
  await (await nextCall()).open({ headers: { 'content-location': '/replies/7' } })
  await calls[0]!.write(`id: 7\n${cut.replaceAll('"background":true', '"background":false')}`)
  await calls[0]!.cut()
  await clock.advance(500)
  expect(calls[1]).toMatchObject({ method: 'GET', url: '/replies/7' })
  await calls[1]!.write(rest)
  expect(await promise).toBe('One two three.')
})

test('where the page says where the reply is, it comes from there, from its start', async () => {
  const interaction = { event_type: 'interaction.created', interaction: { id: 'i' }, event_id: '1' }
  const text = (text: string): object => ({
    event_type: 'step.delta',
    index: 0,
    delta: { type: 'text', text },
  })
  const done = {
    event_type: 'interaction.completed',
    interaction: { id: 'i', status: 'completed' },
  }
  const protocol = geminiInteractions()
  const { chat, clock, calls, nextCall } = startChat({ protocol, resumeUrl: '/mine' })
  const promise = chat.sendMessage('Hi')
  await (await nextCall()).open()
  await calls[0]!.send(interaction, text('One '))
  await calls[0]!.cut()
  await clock.advance(500)
  expect(calls[1]?.url).toBe('/mine')
  await calls[1]!.send(interaction, text('One '), text('two'), done)
  expect(await promise).toBe('One two')
})

describe('an interaction whose events have ids', () => {
  const interaction = { id: 'i' }
  const events = [
    { event_type: 'interaction.created', interaction },
    { event_type: 'step.start', index: 0, step: { type: 'model_output' } },
    ...['One ', 'two ', 'three.'].map((text) => ({
      event_type: 'step.delta',
      index: 0,
      delta: { type: 'text', text },
    })),
    { event_type: 'step.stop', index: 0 },
    { event_type: 'interaction.completed', interaction: { ...interaction, status: 'completed' } },
  ].map((event, index) => ({ ...event, event_id: `e${index}` }))

  async function startInteraction(): Promise<TestChat & { promise: Promise<unknown> }> {
    const started = startChat({ protocol: geminiInteractions() })
    const promise = outcome(started.chat.sendMessage('Count to three'))
    await (await started.nextCall()).open()
    return { ...started, promise }
  }

  test('goes on after the last of them, and what comes again is read once', async () => {
    for (let cut = 1; cut < events.length; cut += 1) {
      for (let from = 0; from <= cut; from += 1) {
        const { clock, calls, promise } = await startInteraction()
        await calls[0]!.send(...events.slice(0, cut))
        await calls[0]!.cut()
        await clock.advance(500)
        expect(calls[1]!.url).toBe(`/api/chat/i?stream=true&last_event_id=e${cut - 1}`)
        await calls[1]!.send(...events.slice(from))
        expect(await promise, `cut after ${cut}, resumed at ${from}`).toBe('One two three.')
      }
    }
  })

  test('is not asked for again and again where nothing new comes', async () => {
    const { chat, clock, calls, promise } = await startInteraction()
    await calls[0]!.send(...events.slice(0, 4))
    await calls[0]!.cut()
    await clock.advance(500)
    await calls[1]!.send(...events.slice(0, 4))
    await calls[1]!.cut()
    await clock.advance(60_000)
    expect(await promise).toMatchObject({ code: 'network' })
    expect(calls).toHaveLength(2)
    expect(chat.getSnapshot().reply).toMatchObject({
      status: 'interrupted',
      content: 'One two ',
      resumeUrl: '/api/chat/i?stream=true',
    })
  })
})
