import { describe, expect, test } from 'vitest'
import { dashscope } from '../../src/protocols/dashscope.js'
import { answeredCall, bodyOf, linkedImage, message } from './conversation.js'
import { receive, type Received, receiveData } from './receive.js'

function receiveOutputs(...outputs: object[]): Received {
  return receiveData(dashscope(), ...outputs.map((output) => ({ output, request_id: 'r' })))
}

function chunk(more: object, finish_reason = 'null'): object {
  return { choices: [{ message: { role: 'assistant', content: '', ...more }, finish_reason }] }
}

describe('text', () => {
  test('of multimodal models comes in blocks', () => {
    const { draft } = receiveOutputs(
      chunk({ content: [{ text: 'He' }, { text: 'l' }] }),
      chunk({ content: [{ text: 'lo' }] }),
      chunk({ content: [] }, 'stop'),
    )
    expect(draft.content).toBe('Hello')
  })

  test('that repeats itself is not taken for a whole', () => {
    const pieces = ['哈', '哈', '哈', ''].map((content) => chunk({ content }))
    expect(receiveOutputs(...pieces).draft.content).toBe('哈哈哈')
  })

  test('of an app may come from a node of its workflow', () => {
    const said = (content: string): object => ({
      workflow_message: { message: { content }, node_name: 'End' },
      finish_reason: 'null',
    })
    expect(receiveOutputs(said('Hel'), said('lo')).draft.content).toBe('Hello')
    // The workflow then repeats its whole answer.
    const whole = { text: 'Hello', finish_reason: 'stop' }
    expect(receiveOutputs(said('Hel'), said('lo'), said(''), whole).draft.content).toBe('Hello')
    expect(receiveOutputs(said('{"user":{}}'), said(''), whole).draft.content).toBe('Hello')
  })
})

test('events that say nothing do not make increments of wholes', () => {
  const said = (content: string): object => ({ output: chunk({ content }) })
  const nothing = [{}, { output: {} }, { usage: { input_tokens: 1 } }, { type: 'new' }]
  const { draft } = receiveData(dashscope(), said('He'), ...nothing, said('Hello'), said('Hello!'))
  expect(draft.snapshot().content).toBe('Hello!')
})

describe('reasoning and tool calls', () => {
  test('that repeat what came before are there once', () => {
    const call = (args: string): object => ({
      tool_calls: [{ index: 0, id: 'c1', function: { name: 'weather', arguments: args } }],
    })
    const { draft } = receiveOutputs(
      chunk({ reasoning_content: 'Let' }),
      chunk({ reasoning_content: 'Let me' }),
      chunk({ reasoning_content: 'Let me see' }),
      chunk({ reasoning_content: 'Let me see', ...call('{"city"') }),
      chunk({ reasoning_content: 'Let me see', ...call('{"city":"Oslo"}') }, 'tool_calls'),
    )
    expect(draft.snapshot()).toMatchObject({
      finishReason: 'tool-calls',
      parts: [
        { type: 'reasoning', text: 'Let me see' },
        { id: 'c1', name: 'weather', args: { city: 'Oslo' }, state: 'ready' },
      ],
    })
  })

  test('that are whole each time, and left out once it speaks, are not increments', () => {
    const { draft } = receiveOutputs(
      chunk({ reasoning_content: 'Let' }),
      chunk({ reasoning_content: 'Let me see' }),
      chunk({ reasoning_content: '', content: 'It' }),
      chunk({ reasoning_content: '', content: 'It is' }),
      chunk({ reasoning_content: '', content: 'It is 4' }, 'stop'),
    )
    expect(draft.snapshot().parts).toMatchObject([{ text: 'Let me see' }, { text: 'It is 4' }])
  })

  test('that come in increments are put together, the later ones without id and name', () => {
    const call = (index: number, id: string, name: string, args: string): object =>
      chunk({ tool_calls: [{ index, id, function: { name, arguments: args } }] })
    const { draft } = receiveOutputs(
      call(0, 'c1', 'weather', '{"city":'),
      call(0, '', '', '"Oslo"}'),
      call(1, 'c2', 'time', ''),
      call(1, '', '', '{}'),
    )
    expect(draft.snapshot().parts).toMatchObject([
      { id: 'c1', args: { city: 'Oslo' } },
      { id: 'c2', name: 'time', args: {} },
    ])
  })

  test('of an app are steps', () => {
    const { draft } = receiveOutputs(
      { text: '', thoughts: [{ action_type: 'reasoning', thought: 'Hm' }], finish_reason: 'null' },
      { text: 'Yes', thoughts: [{ action_type: 'agentRag', thought: '' }], finish_reason: 'stop' },
    )
    expect(draft.snapshot().parts).toMatchObject([
      { type: 'reasoning', text: 'Hm' },
      { type: 'text', text: 'Yes' },
    ])
  })
})

test('sources are there once', () => {
  const search = { search_results: [{ url: 'https://example.com/a', title: 'A' }] }
  const documents = [{ doc_id: 'd1', doc_name: 'Handbook', text: '…' }]
  const output = { ...chunk({ content: 'x' }), search_info: search, doc_references: documents }
  expect(receiveOutputs(output, output).draft.snapshot().parts.slice(1)).toEqual([
    { type: 'source', url: 'https://example.com/a', title: 'A' },
    { type: 'source', title: 'Handbook', documentId: 'd1' },
  ])
})

describe('deep research', () => {
  function step(phase: string, status: string, content = '', deep_research: object = {}): object {
    const message = { phase, role: 'assistant', content, extra: { deep_research }, status }
    return { message, fininshed: false, fininshed_reason: 'null' }
  }
  const query = (research: object): object =>
    step('WebResearch', 'streamingQueries', '', { research: { id: 1, query: '', ...research } })
  const result = (research: object): object =>
    step('WebResearch', 'streamingWebResult', '', { research: { id: 1, ...research } })
  const answer = (content: string, references: object[] = []): object =>
    step('answer', 'typing', content, { references })
  const [first, second] = ['a', 'b'].map((name) => ({
    title: name.toUpperCase(),
    url: `https://example.com/${name}`,
  }))
  const finished = step('answer', 'finished')

  test('is thoughts and sources, and then a report', () => {
    const { draft, ended } = receiveOutputs(
      step('ResearchPlanning', 'typing'),
      step('ResearchPlanning', 'typing', 'First '),
      step('ResearchPlanning', 'typing', 'the sea'),
      step('ResearchPlanning', 'finished'),
      query({ query: 'sea' }),
      query({ query: ' level' }),
      query({ researchGoal: 'How high' }),
      query({ researchGoal: ' it is' }),
      result({ webSites: [first] }),
      result({ learningMap: { 11: 'It ' } }),
      result({ learningMap: { 11: 'rises' } }),
      step('WebResearch', 'WebResultFinished', '', { research: { id: 1 } }),
      step('KeepAlive', 'typing'),
      query({ id: 2, query: 'ice' }),
      step('WebResearch', 'streamingThinking', '', { query: { id: 3, query: 'salt' } }),
      answer('# ', [first!, second!]),
      answer('Report'),
      finished,
    )
    expect(draft.snapshot()).toMatchObject({ rawFinishReason: 'finished', finishReason: 'stop' })
    expect([draft.snapshot().parts, ended]).toEqual([
      [
        { type: 'reasoning', text: 'First the sea' },
        { type: 'reasoning', text: 'sea level' },
        { type: 'reasoning', text: 'How high it is' },
        { type: 'source', ...first },
        { type: 'reasoning', text: 'It rises' },
        { type: 'reasoning', text: 'ice' },
        { type: 'reasoning', text: 'salt' },
        { type: 'text', text: '# Report' },
        { type: 'source', ...second },
      ],
      'complete',
    ])
  })

  test('that ends before its report is a cut', () => {
    expect(receiveOutputs(step('WebResearch', 'finished')).ended).toBe('cut')
    expect(receiveOutputs(answer('# Rep')).ended).toBe('cut')
  })

  test('may repeat what it has said', () => {
    const whole = ['#', '# Rep', '# Report', '# Report!'].map((content) => answer(content))
    const { draft } = receiveOutputs(step('ResearchPlanning', 'typing', 'Plan'), ...whole, finished)
    expect(draft.snapshot().parts).toMatchObject([{ text: 'Plan' }, { text: '# Report!' }])
  })
})

test('the tokens of several models add up', () => {
  const models = [
    { input_tokens: 1, output_tokens: 2 },
    { input_tokens: 3, output_tokens: 4 },
  ]
  const { draft } = receiveData(dashscope(), { output: {}, usage: { models } })
  expect(draft.snapshot().usage).toEqual({ inputTokens: 4, outputTokens: 6 })
})

describe('the end', () => {
  test.each([
    ['stop', 'stop', 'complete'],
    ['length', 'length', 'complete'],
    ['tool_calls', 'tool-calls', 'complete'],
    ['null', undefined, 'cut'],
  ])('%s', (raw, finishReason, ended) => {
    const received = receiveOutputs(chunk({ content: 'Hi' }, raw))
    expect([received.draft.finishReason, received.ended]).toEqual([finishReason, ended])
  })

  const body = { code: 'Throttling', message: 'Too many requests', request_id: 'r' }

  test.each([
    ['an event', 'sse', `id:2\nevent:error\n:HTTP_STATUS/429\ndata:${JSON.stringify(body)}\n\n`],
    ['data', 'sse', `data:${JSON.stringify(body)}\n\n`],
    ['a JSON answer', 'json-seq', JSON.stringify(body)],
  ] as const)('by an error in %s', (_name, format, sent) => {
    const { draft } = receive(dashscope(), format, [sent])
    expect(draft.error).toMatchObject({ code: 'protocol', message: 'Too many requests' })
  })

  test('by no code of success beside the output', () => {
    const { draft } = receiveData(dashscope(), { code: '200', output: { text: 'Hi' } })
    expect([draft.content, draft.error]).toEqual(['Hi', undefined])
  })
})

describe('the request', () => {
  test('asks for a stream of increments', () => {
    const reply = message('assistant', '', [answeredCall])
    const { headers } = dashscope().request!({ messages: [] })
    expect(headers).toEqual({ 'x-dashscope-sse': 'enable' })
    expect(bodyOf(dashscope({ model: 'qwen-plus' }), [message('user', 'Hi'), reply])).toEqual({
      model: 'qwen-plus',
      input: {
        messages: [
          { role: 'user', content: 'Hi' },
          {
            role: 'assistant',
            content: '',
            tool_calls: [
              {
                id: 'c1',
                type: 'function',
                function: { name: 'weather', arguments: '{"city":"Oslo"}' },
              },
            ],
          },
          { role: 'tool', tool_call_id: 'c1', content: '{"t":3}' },
        ],
      },
      parameters: { result_format: 'message', incremental_output: true },
    })
  })

  test('with a file has blocks in each message', () => {
    const asked = message('user', 'Look', [linkedImage])
    expect(bodyOf(dashscope(), [message('system', 'Be brief'), asked])).toMatchObject({
      input: {
        messages: [
          { role: 'system', content: [{ text: 'Be brief' }] },
          { role: 'user', content: [{ image: 'https://example.com/a.png' }, { text: 'Look' }] },
        ],
      },
    })
    const reply = message('assistant', '', [answeredCall])
    expect(bodyOf(dashscope(), [asked, reply])).toMatchObject({
      input: {
        messages: [
          {},
          { role: 'assistant', content: [], tool_calls: [{ id: 'c1' }] },
          { role: 'tool', tool_call_id: 'c1', content: [{ text: '{"t":3}' }] },
        ],
      },
    })
  })
})

test('an app names the conversation', () => {
  const { draft } = receiveOutputs({ text: 'Hi', session_id: 's1' }, { text: '!' })
  expect(draft.snapshot().metadata).toEqual({ sessionId: 's1' })
})
