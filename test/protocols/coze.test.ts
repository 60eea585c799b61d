import { describe, expect, test } from 'vitest'
import { encodeEvent } from '../../src/formats/encode.js'
import { coze } from '../../src/protocols/coze.js'
import { bodyOf, linkedImage, message } from './conversation.js'
import { receive, type Received } from './receive.js'

type Sent = [event: string, data: unknown]

function receiveEvents(...events: Sent[]): Received {
  return receive(
    coze(),
    'sse',
    events.map(([event, data]) => encodeEvent('sse', { event, data })),
  )
}

function delta(content: string, more: object = {}): Sent {
  return ['conversation.message.delta', { id: 'm1', type: 'answer', content, ...more }]
}

function completed(content: string, more: object = {}): Sent {
  return ['conversation.message.completed', { id: 'm1', type: 'answer', content, ...more }]
}

const done: Sent = ['done', '"[DONE]"']

describe('answers', () => {
  test('are told again when they are complete', () => {
    expect(receiveEvents(delta('Hel'), delta('lo'), completed('Hello')).draft.content).toBe('Hello')
  })

  test('are thought about in deltas of their own, which are one part', () => {
    const thought = (reasoning_content: string) => delta('', { reasoning_content })
    const { draft } = receiveEvents(thought('So '), thought('far'), delta('Hello'), done)
    expect(draft.snapshot().parts).toEqual([
      { type: 'reasoning', text: 'So far' },
      { type: 'text', text: 'Hello' },
    ])
  })

  test('may come only complete, as those of a card or a workflow do', () => {
    const received = receiveEvents(delta('One'), completed('One'), completed(', two', { id: 'm2' }))
    expect(received.draft.content).toBe('One, two')
  })

  test('are not what is said beside them', () => {
    const { draft } = receiveEvents(
      completed('{"msg_type":"generate_answer_finish"}', { id: 'v', type: 'verbose' }),
      completed('And tomorrow?', { id: 'f', type: 'follow_up' }),
      completed('facts', { id: 'k', type: 'knowledge' }),
      completed('Hi', { id: 'q', type: 'question', role: 'user' }),
    )
    expect(draft.snapshot().parts).toEqual([
      { type: 'data', name: 'follow_up', data: 'And tomorrow?' },
    ])
  })
})

test('plugins are calls with their results, in order', () => {
  const call = (id: string, args: unknown): Sent =>
    completed(JSON.stringify({ name: 'search', arguments: args }), { id, type: 'function_call' })
  const { draft } = receiveEvents(
    call('c1', { q: 'a' }),
    call('c2', '{"q":"b"}'),
    completed('first', { id: 'r1', type: 'tool_response' }),
    completed('second', { id: 'r2', type: 'tool_output' }),
  )
  expect(draft.snapshot().parts).toMatchObject([
    { id: 'c1', args: { q: 'a' }, state: 'done', result: 'first', providerExecuted: true },
    { id: 'c2', args: { q: 'b' }, state: 'done', result: 'second' },
  ])
})

test('an answer that is told again without its text keeps it', () => {
  expect(receiveEvents(delta('Hi'), completed('')).draft.content).toBe('Hi')
})

test.each([undefined, null])('a reply fails even where %s is why', (last_error) => {
  const failed: Sent = ['conversation.chat.failed', { status: 'failed', last_error }]
  const { draft, ended, errors } = receiveEvents(delta('Par'), failed, done)
  expect([draft.content, ended, errors]).toEqual(['Par', 'error', []])
  expect(draft.error?.body).toContain('failed')
})

test('a reply without a text is not told to the bot', () => {
  const data = { type: 'data', name: 'interrupt', data: {} } as const
  const { additional_messages } = bodyOf(coze(), [
    message('user', 'Hi'),
    message('assistant', '', [data]),
    message('user', 'Go on'),
  ])
  expect(additional_messages).toMatchObject([{ content: 'Hi' }, { content: 'Go on' }])
})

test('a call may have no arguments', () => {
  const call = { id: 'c1', function: { name: 'f', arguments: '' } }
  const { draft } = receiveEvents([
    'conversation.chat.requires_action',
    { required_action: { submit_tool_outputs: { tool_calls: [call] } } },
  ])
  expect(draft.snapshot().parts).toMatchObject([{ id: 'c1', args: {}, state: 'ready' }])
})

test('a call that is no JSON is reported, and the stream goes on', () => {
  const { draft, errors } = receiveEvents(completed('{', { type: 'function_call' }), delta('Hi'))
  expect([draft.content, errors.map(({ code }) => code)]).toEqual(['Hi', ['parse']])
})

describe('the end', () => {
  test.each([
    ['completed', 'stop', 'complete'],
    ['requires_action', 'tool-calls', 'complete'],
    ['canceled', 'other', 'stopped'],
  ])('%s', (status, finishReason, ended) => {
    const received = receiveEvents([`conversation.chat.${status}`, { status }])
    expect([received.draft.finishReason, received.ended]).toEqual([finishReason, ended])
  })

  test.each([
    ['requires_action', 'tool-calls', 'complete'],
    ['canceled', 'other', 'stopped'],
    ['failed', 'error', 'error'],
  ])('%s, which only its name says', (name, finishReason, ended) => {
    const received = receiveEvents([`conversation.chat.${name}`, { id: 'c1' }])
    expect([received.draft.finishReason, received.ended]).toEqual([finishReason, ended])
  })

  test.each([[done], [['done', '[DONE]']]] satisfies [Sent][])('%j', (end) => {
    expect(receiveEvents(delta('Hi'), end).ended).toBe('marker')
  })

  test('without one it was cut', () => {
    expect(receiveEvents(delta('Hi')).ended).toBe('cut')
  })

  test('by an error is in its words', () => {
    const body = { code: 4000, msg: 'The parameter bot_id is invalid.' }
    expect(receiveEvents(delta('Par'), ['error', body], done).draft).toMatchObject({
      content: 'Par',
      error: { code: 'protocol', message: body.msg },
    })
    expect(receive(coze(), 'json-seq', [JSON.stringify(body)]).draft.error?.message).toBe(body.msg)
    expect(coze().errorMessage!(JSON.stringify(body), 400)).toBe(body.msg)
  })
})

test('pings, audio, and events nobody knows change nothing', () => {
  const { draft, errors } = receiveEvents(
    ['PING', ''],
    ['conversation.chat.in_progress', { status: 'in_progress' }],
    ['conversation.audio.delta', { content: 'AA==' }],
    ['conversation.new', { a: 1 }],
  )
  expect([draft.snapshot().parts, errors]).toEqual([[], []])
})

test('a workflow says what its nodes do', () => {
  const { draft, ended } = receiveEvents(
    ['Message', { content: 'Hel', node_title: 'End' }],
    ['Message', { content: 'lo', node_is_finish: true }],
    ['Done', {}],
  )
  expect([draft.content, ended]).toEqual(['Hello', 'marker'])
  const interrupt: Sent = ['Interrupt', { interrupt_data: { event_id: 'e', type: 2 } }]
  const asked = receiveEvents(['Message', { content: 'Which?' }], interrupt)
  expect(asked.ended).toBe('complete')
  expect(asked.draft.snapshot().parts[1]).toMatchObject({ name: 'interrupt', data: { type: 2 } })
  const error = { error_code: 5000, error_message: 'Node failed' }
  expect(receiveEvents(['Error', error]).draft.error?.message).toBe('Node failed')
})

test('the request has the whole conversation, and files as an object in a string', () => {
  const history = [
    message('system', 'Be brief'),
    message('user', 'Hi'),
    message('assistant', 'Yes'),
  ]
  const body = bodyOf(coze({ botId: 'b1' }), [...history, message('user', 'Look', [linkedImage])])
  expect(body).toEqual({
    bot_id: 'b1',
    user_id: 'user',
    stream: true,
    additional_messages: [
      { role: 'user', type: 'question', content: 'Hi', content_type: 'text' },
      { role: 'assistant', type: 'answer', content: 'Yes', content_type: 'text' },
      {
        role: 'user',
        type: 'question',
        content_type: 'object_string',
        content: JSON.stringify([
          { type: 'text', text: 'Look' },
          { type: 'image', file_url: 'https://example.com/a.png' },
        ]),
      },
    ],
  })
})

test.each([
  ['image/png', 'image'],
  ['audio/mpeg', 'audio'],
  ['video/mp4', 'file'],
  ['application/pdf', 'file'],
])('a question that is only a file of %s is one, and no empty text', (mediaType, type) => {
  const file = { type: 'file', mediaType, url: 'https://example.com/a' } as const
  expect(bodyOf(coze(), [message('user', '', [file])])).toMatchObject({
    additional_messages: [
      { content: JSON.stringify([{ type, file_url: file.url }]), content_type: 'object_string' },
    ],
  })
})

test('a reply goes back without the files in it: a question has those', () => {
  const drawn = message('assistant', 'Here', [{ type: 'text', text: 'Here' }, linkedImage])
  expect(bodyOf(coze(), [drawn])).toMatchObject({
    additional_messages: [{ role: 'assistant', content: 'Here', content_type: 'text' }],
  })
})

test('the ids by which a reply is canceled are in its metadata', () => {
  const chat = { id: 'chat-1', conversation_id: 'c1', status: 'created' }
  const { draft } = receiveEvents(['conversation.chat.created', chat], delta('Hi'))
  expect(draft.snapshot().metadata).toEqual({ conversationId: 'c1', chatId: 'chat-1' })
})
