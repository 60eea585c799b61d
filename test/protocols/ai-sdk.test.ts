import { describe, expect, test } from 'vitest'
import { aiSdk } from '../../src/protocols/ai-sdk.js'
import { outcome, startChat } from '../stores/chat/chat-support.js'
import { receive, receiveData } from './receive.js'
import { partsOf, receiveChunks, tool } from './ai-sdk/ai-sdk-support.js'

describe('text and reasoning', () => {
  test('stand in the order they started, however their deltas interleave', () => {
    const parts = partsOf(
      { type: 'text-start', id: '0' },
      { type: 'reasoning-start', id: '0' },
      { type: 'tool-input-start', ...tool },
      { type: 'reasoning-delta', id: '0', delta: 'Hm' },
      { type: 'text-delta', id: '0', delta: 'Hel' },
      { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '{"city":' },
      { type: 'text-delta', id: '0', delta: 'lo' },
      { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '"Oslo"}' },
    )
    expect(parts).toMatchObject([
      { type: 'text', text: 'Hello' },
      { type: 'reasoning', text: 'Hm' },
      { type: 'tool-call', name: 'weather', args: { city: 'Oslo' }, state: 'ready' },
    ])
  })

  test('an id is free again once its part has ended, even where nobody said so', () => {
    const parts = partsOf(
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'One' },
      { type: 'text-end', id: '0' },
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'Two' },
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'Three' },
    )
    expect(parts).toMatchObject([{ text: 'One' }, { text: 'Two' }, { text: 'Three' }])
  })

  test('a delta that nothing started begins a part', () => {
    expect(partsOf({ type: 'text-delta', id: '7', delta: 'Hi' })).toMatchObject([{ text: 'Hi' }])
  })
})

describe('other parts', () => {
  test.each([
    [
      { type: 'source-url', sourceId: 's1', url: 'https://example.com/a', title: 'A' },
      { type: 'source', sourceId: 's1', url: 'https://example.com/a', title: 'A' },
    ],
    [
      { type: 'source-document', sourceId: 's1', mediaType: 'text/plain', title: 'Handbook' },
      { type: 'source', sourceId: 's1', mediaType: 'text/plain', title: 'Handbook' },
    ],
    [
      { type: 'file', url: '/a.png', mediaType: 'image/png' },
      { type: 'file', url: '/a.png', mediaType: 'image/png' },
    ],
    [
      { type: 'data-file', data: 'report.pdf' },
      { type: 'data', name: 'file', data: 'report.pdf' },
    ],
    [
      { type: 'data-weather', data: { t: 3 } },
      { type: 'data', name: 'weather', data: { t: 3 } },
    ],
  ])('%j', (chunk, part) => {
    expect(partsOf(chunk)).toEqual([part])
  })

  test('data takes the place of that with its name and id; transient data is for onEvent', () => {
    const parts = partsOf(
      { type: 'data-job', id: '1', data: 10 },
      { type: 'data-job', id: '2', data: 0 },
      { type: 'data-note', id: '1', data: 'a' },
      { type: 'data-note', data: 'b' },
      { type: 'data-note', data: 'c', transient: true },
      { type: 'data-job', id: '1', data: 90 },
    )
    expect(parts).toEqual([
      { type: 'data', name: 'job', id: '1', data: 90 },
      { type: 'data', name: 'job', id: '2', data: 0 },
      { type: 'data', name: 'note', id: '1', data: 'a' },
      { type: 'data', name: 'note', data: 'b' },
    ])
  })

  test('what a text refers to is a source, once', () => {
    const page = { type: 'source', sourceType: 'url', id: 's1', url: 'https://example.com/a' }
    const file = { type: 'source', sourceType: 'document', id: 's2', mediaType: 'text/plain' }
    const citations = [
      { source: { ...page, title: 'A' }, startIndex: 0, endIndex: 2 },
      { source: { ...page, title: 'A' }, startIndex: 3, endIndex: 5 },
      { source: { ...file, title: 'Handbook' }, citedText: 'It rains.' },
    ]
    const parts = partsOf(
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'Rain' },
      { type: 'text-end', id: '0', citations },
    )
    const cited = { mediaType: 'text/plain', title: 'Handbook', citedText: 'It rains.' }
    expect(parts).toEqual([
      { type: 'text', text: 'Rain' },
      { type: 'source', sourceId: 's1', url: 'https://example.com/a', title: 'A' },
      { type: 'source', sourceId: 's2', ...cited },
    ])
  })

  test('of a kind that is not known changes nothing', () => {
    const chunks = [{ type: 'new-thing', id: '1' }, { type: 'tool-output-new' }, {}, []]
    expect(receiveChunks(...chunks)).toMatchObject({ errors: [], ended: 'cut' })
    expect(partsOf(...chunks)).toEqual([])
  })
})

describe('what the server takes back', () => {
  test('a step: all of its parts', () => {
    const parts = partsOf(
      { type: 'start-step' },
      { type: 'data-plan', id: '1', data: 'old' },
      { type: 'text-delta', id: '0', delta: 'Kept' },
      { type: 'finish-step' },
      { type: 'start-step' },
      { type: 'data-job', id: '1', data: 1 },
      { type: 'tool-input-start', ...tool },
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'dropped' },
      { type: 'reset-step' },
      { type: 'data-plan', id: '1', data: 'new' },
      { type: 'data-job', id: '1', data: 2 },
      { type: 'text-delta', id: '0', delta: ' too' },
    )
    expect(parts).toEqual([
      { type: 'data', name: 'plan', id: '1', data: 'new' },
      { type: 'text', text: 'Kept' },
      { type: 'data', name: 'job', id: '1', data: 2 },
      { type: 'text', text: ' too' },
    ])
  })

  test('a step, and not the calls before it', () => {
    const other = { toolCallId: 'c2', toolName: 'time' }
    const parts = partsOf(
      { type: 'start-step' },
      { type: 'tool-input-available', ...tool, input: {} },
      { type: 'tool-approval-request', approvalId: 'a1', toolCallId: 'c1' },
      { type: 'start-step' },
      { type: 'tool-input-available', ...other, input: {} },
      { type: 'tool-approval-request', approvalId: 'a2', toolCallId: 'c2' },
      { type: 'reset-step' },
      { type: 'text-delta', id: '0', delta: 'Hi' },
      { type: 'tool-approval-response', approvalId: 'a2', approved: true },
      { type: 'tool-approval-response', approvalId: 'a1', approved: true },
      { type: 'tool-output-available', toolCallId: 'c1', output: 3 },
    )
    expect(parts).toMatchObject([
      { type: 'tool-call', name: 'weather', state: 'done', result: 3 },
      { type: 'text', text: 'Hi' },
    ])
  })

  test('a message: by starting another', () => {
    const { content } = receiveChunks(
      { type: 'start', messageId: 'a' },
      { type: 'text-delta', id: '0', delta: 'Old' },
      { type: 'start', messageId: 'b' },
      { type: 'text-delta', id: '0', delta: 'New' },
      { type: 'start', messageId: 'b' },
    ).draft
    expect(content).toBe('New')
  })
})

describe('the end', () => {
  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['content-filter', 'content-filter'],
    ['tool-calls', 'tool-calls'],
    ['error', 'error'],
    ['interrupted', 'other'],
    ['other', 'other'],
  ])('with reason %s', (raw, finishReason) => {
    const { draft, ended } = receiveChunks({ type: 'finish', finishReason: raw })
    expect(draft.snapshot()).toMatchObject({ finishReason, rawFinishReason: raw })
    expect(ended).toBe('complete')
  })

  test('needs no reason, and what follows it is read', () => {
    const { draft, ended } = receiveChunks(
      { type: 'start', messageMetadata: { model: 'm' } },
      { type: 'finish' },
      { type: 'message-metadata', messageMetadata: { totalTokens: 7 } },
    )
    expect(ended).toBe('complete')
    expect(draft.snapshot().metadata).toEqual({ model: 'm', totalTokens: 7 })
  })

  test('metadata is merged, and so is what is nested in it', () => {
    const told = (messageMetadata: object): object => ({
      type: 'message-metadata',
      messageMetadata,
    })
    const { draft } = receiveChunks(
      told({ usage: { input: 1, by: { cache: 1 } }, tags: ['a'], model: 'm' }),
      told({ usage: { output: 2, by: { tools: 2 } }, tags: ['b'], model: null }),
      told(JSON.parse('{"__proto__":{"admin":true},"usage":{"__proto__":{"admin":true}}}')),
    )
    const { metadata } = draft.snapshot()
    expect(metadata).toMatchObject({
      usage: { input: 1, output: 2, by: { cache: 1, tools: 2 } },
      tags: ['b'],
      model: null,
    })
    expect(
      [{}, metadata, metadata!['usage']].map((each) => (each as { admin?: true }).admin),
    ).toEqual([undefined, undefined, undefined])
  })

  test('by an error is in its words, and keeps the text', () => {
    const { draft, ended } = receiveChunks(
      { type: 'text-delta', id: '0', delta: 'Par' },
      { type: 'error', errorText: 'overloaded' },
    )
    expect([draft.content, draft.error?.message, ended]).toEqual(['Par', 'overloaded', 'error'])
  })

  test('by the user makes the message stopped', async () => {
    const { chat, nextCall } = startChat({ protocol: aiSdk() })
    const sent = chat.sendMessage('Hi')
    await (
      await nextCall()
    ).send(
      { type: 'text-delta', id: '0', delta: 'Hal' },
      { type: 'abort', reason: 'user' },
      '[DONE]',
    )
    await expect(sent).resolves.toBe('Hal')
    expect(chat.getSnapshot()).toMatchObject({
      status: 'ready',
      reply: { status: 'stopped', content: 'Hal' },
    })
  })
})

test('broken JSON is reported, and the stream goes on', () => {
  const { draft, errors } = receiveData(aiSdk(), '{"type":', { type: 'text-delta', delta: 'Hi' })
  expect(errors).toMatchObject([{ code: 'parse' }])
  expect(draft.content).toBe('Hi')
})

test('a heartbeat, and an answer to no approval, change nothing', () => {
  const { draft, errors } = receive(aiSdk(), 'sse', [
    'event: ping\ndata: 17:00\n\n',
    'data: {"type":"tool-approval-response","approvalId":"a1","approved":true}\n\n',
  ])
  expect([draft.snapshot().parts, errors]).toEqual([[], []])
})

describe('[DONE] without finish', () => {
  test.each([
    [[{ type: 'start-step' }, { type: 'text-delta', id: '0', delta: 'Half' }]],
    [[{ type: 'start-step' }, { type: 'finish-step' }]],
    [
      [
        { type: 'text-start', id: '0' },
        { type: 'text-delta', id: '0', delta: 'Half' },
      ],
    ],
  ])('is a cut where a step or a text was begun: %j', async (chunks) => {
    const { chat, nextCall } = startChat({ protocol: aiSdk() })
    const promise = outcome(chat.sendMessage('Hello'))
    const call = await nextCall()
    await call.send({ type: 'start' }, ...chunks, '[DONE]')
    await call.end()
    expect(await promise).toMatchObject({ code: 'incomplete' })
    expect(chat.getSnapshot().reply).toMatchObject({ status: 'interrupted' })
  })

  test('is an end where what was written by hand is over', async () => {
    const { chat, nextCall } = startChat({ protocol: aiSdk() })
    const promise = chat.sendMessage('Hello')
    const call = await nextCall()
    await call.open()
    const id = 'canned'
    await call.send({ type: 'text-start', id }, { type: 'text-delta', id, delta: 'Hi' })
    await call.send({ type: 'text-end', id }, '[DONE]')
    expect(await promise).toBe('Hi')
  })
})
