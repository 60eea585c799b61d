import { describe, expect, test } from 'vitest'
import { dify } from '../../src/protocols/dify.js'
import { startChat } from '../stores/chat/chat-support.js'
import { bodyOf, linkedImage, message } from './conversation.js'
import { receive, type Received, receiveData } from './receive.js'

const ids = { task_id: 't1', message_id: 'm1', conversation_id: 'c1' }

function receiveEvents(...events: object[]): Received {
  return receiveData(dify(), ...events.map((event) => ({ ...ids, ...event })))
}

describe('an agent', () => {
  const thought = { event: 'agent_thought', id: 'a1', position: 1 }

  test('calls tools, whose results come later, and speaks before and after', () => {
    const { draft } = receiveEvents(
      { event: 'agent_message', answer: 'Let me draw.' },
      {
        ...thought,
        thought: 'Let me draw.',
        tool: 'dalle3',
        tool_input: '{"dalle3":{"prompt":"cat"}}',
      },
      {
        ...thought,
        thought: 'Let me draw.',
        tool: 'dalle3',
        tool_input: '{"dalle3":{"prompt":"cat"}}',
        observation: 'image sent',
      },
      { event: 'message_file', id: 'f1', type: 'image', belongs_to: 'assistant', url: '/a.png' },
      { event: 'agent_message', answer: ' Here.' },
      { event: 'message', answer: 'Let me draw. Here.' },
      { event: 'message_end', metadata: {} },
    )
    expect(draft.snapshot()).toMatchObject({
      content: 'Let me draw. Here.',
      parts: [
        { type: 'text', text: 'Let me draw.' },
        {
          type: 'tool-call',
          name: 'dalle3',
          args: { prompt: 'cat' },
          state: 'done',
          result: 'image sent',
        },
        { type: 'text', text: ' Here.' },
        { type: 'file', mediaType: 'image/*', url: '/a.png' },
      ],
    })
  })

  test('thinks what it does not say', () => {
    const { draft } = receiveEvents(
      { ...thought, thought: 'Hm', tool: '' },
      { ...thought, thought: 'Hm, a search', tool: 'search', tool_input: '{}' },
      { event: 'agent_message', answer: 'Yes' },
    )
    expect(draft.snapshot().parts).toMatchObject([
      { type: 'reasoning', text: 'Hm, a search' },
      { type: 'tool-call', name: 'search' },
      { type: 'text', text: 'Yes' },
    ])
  })

  test('may think what it was not to say', () => {
    const { draft } = receiveEvents(
      { event: 'agent_message', answer: 'Secret' },
      { event: 'message_replace', answer: 'No' },
      { ...thought, thought: 'Secret', tool: '' },
    )
    expect(draft.snapshot().parts).toEqual([
      { type: 'text', text: 'No' },
      { type: 'reasoning', text: 'Secret' },
    ])
  })

  test('whose closing message differs is right in the end', () => {
    const { draft } = receiveEvents(
      { event: 'agent_message', answer: 'Helo' },
      { event: 'message', answer: 'Hello' },
    )
    expect(draft.content).toBe('Hello')
  })
})

describe('a workflow', () => {
  const started = { event: 'workflow_started', data: {} }

  test.each([
    ['succeeded', 'stop', 'complete'],
    ['partial-succeeded', 'stop', 'complete'],
    ['stopped', 'other', 'stopped'],
  ])('that has %s', (status, finishReason, ended) => {
    const received = receiveEvents(started, { event: 'workflow_finished', data: { status } })
    expect([received.draft.finishReason, received.ended]).toEqual([finishReason, ended])
  })

  test('speaks in chunks, or else in its outputs', () => {
    const finished = (outputs: object): object => ({
      event: 'workflow_finished',
      data: { status: 'succeeded', outputs },
    })
    const chunk = { event: 'text_chunk', data: { text: 'Hi' } }
    expect(receiveEvents(started, chunk, finished({ text: 'Hi!' })).draft.content).toBe('Hi')
    expect(receiveEvents(started, finished({ n: 1.5, a: {}, b: 'x' })).draft.content).toBe('1.5')
    expect(receiveEvents(started, finished({ result: 'Hi' })).draft.content).toBe('Hi')
  })

  test('may say something else instead, where what it said is not to be shown', () => {
    const chunk = { event: 'text_chunk', data: { text: 'Secret' } }
    const { draft } = receiveEvents(
      started,
      chunk,
      { event: 'text_replace', data: { text: 'No' } },
      { event: 'workflow_finished', data: { status: 'succeeded', outputs: { text: 'No' } } },
    )
    expect(draft.snapshot().content).toBe('No')
  })

  test('has its files at its end, each once, and not those of the user', () => {
    const drawn = { related_id: 'f1', type: 'image', mime_type: 'image/png', url: '/a.png' }
    const linked = { filename: 'b.pdf', type: 'document', remote_url: 'https://example.com/b.pdf' }
    const asked = { ...linked, related_id: 'f3', belongs_to: 'user' }
    const { draft, ended } = receiveEvents(
      started,
      { event: 'message', answer: 'Hi' },
      { event: 'message_file', id: 'f2', type: 'image', belongs_to: 'assistant', url: '/c.png' },
      { event: 'message_file', id: 'f4', type: 'audio', url: '/d.mp3' },
      { event: 'message_end', files: [drawn, asked, { ...drawn, related_id: 'f2' }, {}] },
      { event: 'workflow_finished', data: { status: 'succeeded', files: [drawn, linked] } },
    )
    expect(ended).toBe('marker')
    expect(draft.snapshot().parts).toEqual([
      { type: 'text', text: 'Hi' },
      { type: 'file', mediaType: 'image/*', url: '/c.png' },
      { type: 'file', mediaType: 'audio/*', url: '/d.mp3' },
      { type: 'file', mediaType: 'image/png', url: '/a.png' },
      { type: 'file', mediaType: 'application/*', url: linked.remote_url, name: 'b.pdf' },
    ])
  })

  test('may end before its message does, as older versions have it', () => {
    const { draft, ended } = receiveEvents(
      started,
      { event: 'message', answer: 'Hi' },
      { event: 'workflow_finished', data: { status: 'succeeded' } },
      { event: 'message_end', metadata: { usage: { prompt_tokens: 1, completion_tokens: 2 } } },
    )
    expect(ended).toBe('marker')
    expect(draft.snapshot().usage).toEqual({ inputTokens: 1, outputTokens: 2 })
  })

  test('that has failed without words failed all the same', () => {
    const failed = { event: 'workflow_finished', data: { status: 'failed' } }
    expect(receiveEvents(failed).draft.error?.message).toBe('Workflow failed')
  })

  test('may ask a person', () => {
    const { draft } = receiveEvents({ event: 'human_input_required', data: { form_id: 'f' } })
    expect(draft.snapshot().parts).toEqual([
      { type: 'data', name: 'human_input_required', data: { form_id: 'f' } },
    ])
  })

  test('that waits for a person has said all it can', () => {
    const paused = { event: 'workflow_paused', data: { status: 'paused' } }
    const received = receiveEvents(started, { event: 'message', answer: 'Sure?' }, paused)
    expect(received.ended).toBe('complete')
    expect(received.draft.snapshot()).toMatchObject({
      finishReason: 'other',
      rawFinishReason: 'paused',
    })
    const goesOn = { event: 'workflow_finished', data: { status: 'succeeded' } }
    expect(receiveEvents(started, paused, goesOn).draft.finishReason).toBe('stop')
  })
})

test('pings, audio, and events nobody knows change nothing', () => {
  const { draft, errors } = receive(dify(), 'sse', [
    'event: ping\n\ndata: {"event":"ping"}\n\nevent: ping\ndata: 17:00\n\n',
    'data: {"event":"tts_message","audio":"AA=="}\n\ndata: {"event":"new"}\n\ndata: {}\n\n',
  ])
  expect([draft.snapshot().parts, errors]).toEqual([[], []])
})

test('a text that was replaced goes on', () => {
  const { draft } = receiveEvents(
    { event: 'reasoning_chunk', data: { reasoning: 'Hm' } },
    { event: 'message', answer: 'bad' },
    { event: 'message_replace', answer: 'fine' },
    { event: 'message', answer: '!' },
  )
  expect(draft.snapshot().parts).toMatchObject([{ text: 'Hm' }, { text: 'fine!' }])
})

test('without `message_end` it was cut', () => {
  expect(receiveEvents({ event: 'message', answer: 'Hi' }).ended).toBe('cut')
})

test('an answer that does not stream is read', () => {
  const { draft, ended } = receive(dify(), 'json-seq', [
    JSON.stringify({
      ...ids,
      event: 'message',
      mode: 'chat',
      answer: 'Hi',
      metadata: { usage: { prompt_tokens: 1, completion_tokens: 2 } },
    }),
  ])
  expect(draft.snapshot()).toMatchObject({ content: 'Hi', usage: { inputTokens: 1 } })
  expect(ended).not.toBe('cut')
})

test.each([
  [{ task_id: 't', workflow_run_id: 'w', data: { status: 'succeeded', outputs: { a: 'Hi' } } }],
  [{ task_id: 't', data: { status: 'failed', error: 'No model' } }, 'No model'],
  [{ code: 'invalid_param', message: 'No query', status: 400 }, 'No query'],
])('nor does it need a name: %j', (body, error?: string) => {
  const { draft, ended } = receive(dify(), 'json-seq', [JSON.stringify(body)])
  expect([draft.error?.message, ended]).toEqual([error, error ? 'error' : 'marker'])
  expect(draft.snapshot().content).toBe(error ? '' : 'Hi')
})

test('the conversation goes on by the id that Dify gave it', async () => {
  const { chat, say } = startChat({
    protocol: dify({ user: 'ada', inputs: { tone: 'dry' } }),
  })
  const first = await say('Hi')
  expect(first.body).toEqual({
    query: 'Hi',
    inputs: { tone: 'dry' },
    user: 'ada',
    response_mode: 'streaming',
    files: [],
  })
  await first.send(
    { ...ids, event: 'message', answer: 'Hello' },
    { ...ids, event: 'message_end', metadata: {} },
  )
  expect(chat.getSnapshot().reply?.metadata).toEqual({
    conversationId: 'c1',
    messageId: 'm1',
    taskId: 't1',
  })
  expect((await say('And?')).body).toMatchObject({ query: 'And?', conversation_id: 'c1' })
})

test.each([
  ['image/png', 'image'],
  ['audio/mpeg', 'audio'],
  ['video/mp4', 'video'],
  ['application/pdf', 'document'],
])('a file of %s is one of its kind %s', (mediaType, type) => {
  const file = { type: 'file', mediaType, url: 'https://example.com/a' } as const
  const body = bodyOf(dify(), [message('user', 'Look', [file])])
  expect(body).toMatchObject({ files: [{ type }] })
})

test('a file that is on the web is sent, any other fails the turn', async () => {
  expect(bodyOf(dify(), [message('user', 'Look', [linkedImage])])).toMatchObject({
    files: [{ type: 'image', transfer_method: 'remote_url', url: 'https://example.com/a.png' }],
  })
  const { chat } = startChat({ protocol: dify() })
  const local = { type: 'file', mediaType: 'text/plain', data: 'AA==', name: 'a.txt' } as const
  await expect(chat.sendMessage({ role: 'user', content: 'Look', parts: [local] })).rejects.toThrow(
    expect.objectContaining({
      code: 'invalid-option',
      message: expect.stringContaining('Expected a file with a web address, got a.txt') as string,
    }) as Error,
  )
})
