import { describe, expect, test } from 'vitest'
import { anthropic } from '../../../src/protocols/anthropic.js'
import { answered, bodyOf, call, conversation, linkedImage, message, pdf } from '../conversation.js'
import { block, receiveBlocks } from './anthropic-support.js'

interface Ids {
  id?: string
  tool_use_id?: string
}

describe('the request', () => {
  test('has what the API requires', () => {
    const { headers, body } = anthropic().request!({ messages: [message('user', 'Hi')] })
    expect(headers).toEqual({ 'anthropic-version': '2023-06-01' })
    expect(JSON.parse(JSON.stringify(body))).toEqual({
      max_tokens: 4096,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
      stream: true,
    })
    const options = { model: 'claude', maxTokens: 10 }
    expect(bodyOf(anthropic(options), [])).toMatchObject({ model: 'claude', max_tokens: 10 })
  })

  test('has of a text nothing but the text', () => {
    const said = {
      type: 'text',
      text: 'Hi',
      providerMetadata: { openai: { itemId: 'm' } },
    } as const
    const { messages } = bodyOf(anthropic(), [message('user', 'Hi', [said])])
    expect(messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }])
  })

  test('answers tool calls in the user’s next message, and gives back what was signed', () => {
    expect(bodyOf(anthropic(), conversation)).toMatchObject({
      system: 'Be brief.',
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'image',
              source: { type: 'base64', media_type: 'image/png', data: 'iVBORw==' },
            },
            { type: 'text', text: 'Look' },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm', signature: 'sig' },
            { type: 'text', text: 'Let me see.' },
            { type: 'tool_use', id: 'c1', name: 'weather', input: { city: 'Paris' } },
            { type: 'tool_use', id: 'c2', name: 'weather', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'c1', content: '{"celsius":20}' },
            { type: 'tool_result', tool_use_id: 'c2', content: 'No JSON', is_error: true },
          ],
        },
        {
          role: 'assistant',
          content: [{ text: 'It is warm.' }, { type: 'tool_use', id: 'c3' }],
        },
        { role: 'user', content: [{ tool_use_id: 'c3', content: 'rain' }] },
        { role: 'user', content: [{ type: 'text', text: 'Thanks' }] },
      ],
    })
  })

  test('has files by their address or in themselves', () => {
    expect(bodyOf(anthropic(), [message('user', '', [linkedImage, pdf])])).toMatchObject({
      messages: [
        {
          content: [
            { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
            {
              type: 'document',
              title: 'a.pdf',
              source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
            },
          ],
        },
      ],
    })
  })

  test('has text as text: of files in themselves, the API takes PDFs and images', () => {
    const source = { type: 'text', media_type: 'text/plain', data: 'Grüße' }
    const file = { type: 'file', mediaType: 'text/markdown', data: 'R3LDvMOfZQ==' } as const
    expect(bodyOf(anthropic(), [message('user', '', [{ ...file, name: 'a.md' }])])).toMatchObject({
      messages: [{ content: [{ type: 'document', source, title: 'a.md' }] }],
    })
  })

  test('has no message without content', () => {
    const messages = [
      message('user', ' ', []),
      message('user', 'Hi'),
      message('assistant', '\n\n', [
        { type: 'reasoning', text: 'Hm', signature: 's' },
        { type: 'text', text: '\n\n' },
      ]),
      message('user', 'Hi?'),
    ]
    expect(bodyOf(anthropic(), messages)).toMatchObject({
      messages: [{ content: [{ text: 'Hi' }] }, { content: [{ text: 'Hi?' }] }],
    })
  })

  test('has ids as the API wants them: each once, and of letters, digits, - and _', () => {
    const messages = [
      message('assistant', '', [call('functions.weather:0'), call('call-1')]),
      message('assistant', '', [call('call-1')]),
    ]
    const { messages: sent } = bodyOf(anthropic(), messages) as { messages: { content: Ids[] }[] }
    const [first, firstResults, second, secondResults] = sent.map(({ content }) => content)
    expect(first).toMatchObject([{ id: 'functions_weather_0' }, { id: 'call-1' }])
    expect(second![0]!.id).toMatch(/^call-1[\w-]+$/)
    const called = [...first!, ...second!].map(({ id }) => id)
    expect([...firstResults!, ...secondResults!].map((each) => each.tool_use_id)).toEqual(called)
  })

  test('has words of an error that has none: the API wants some', () => {
    const failed = call('c', { state: 'error', error: '', result: undefined })
    expect(bodyOf(anthropic(), [message('assistant', '', [failed])])).toMatchObject({
      messages: [{}, { content: [{ content: 'The tool failed', is_error: true }] }],
    })
  })

  test('calls who is not the model the user', () => {
    const developer = { ...message('user', 'Be brief'), role: 'developer' as 'user' }
    expect(bodyOf(anthropic(), [developer])).toMatchObject({ messages: [{ role: 'user' }] })
  })

  /** The reply as the next request has it, once its calls have been answered. */
  function givenBack(...blocks: object[][]): unknown {
    const { content, parts } = receiveBlocks(...blocks).draft.snapshot()
    const reply = message('assistant', content, answered(parts, 'rain'))
    return bodyOf(anthropic(), [reply])['messages']
  }

  const seal = (index: number, signature: string): object[] =>
    block(index, { type: 'thinking', thinking: '' }, { type: 'signature_delta', signature })

  test('gives back thinking that cannot be seen', () => {
    const redacted = { type: 'redacted_thinking', data: 'x' }
    const text = { type: 'text', text: 'Hi' }
    const thinking = { type: 'thinking', thinking: '', signature: 's' }
    expect(givenBack(seal(0, 's'), block(1, redacted), block(2, text))).toEqual([
      { role: 'assistant', content: [thinking, redacted, text] },
    ])
  })

  test('has what its own tools gave where it came: the thoughts after it are sealed with it', () => {
    const found = [{ type: 'web_search_result', url: 'https://a', title: 'A' }]
    const blocks = [
      { type: 'server_tool_use', id: 'run', name: 'code_execution', input: { code: 'x' } },
      {
        type: 'server_tool_use',
        id: 'search',
        name: 'web_search',
        input: { query: 'q' },
        caller: { type: 'code_execution_20260120', tool_id: 'run' },
      },
      { type: 'web_search_tool_result', tool_use_id: 'search', content: found },
      { type: 'code_execution_tool_result', tool_use_id: 'run', content: { stdout: '1' } },
      { type: 'mcp_tool_use', id: 'mcp', name: 'f', input: {}, server_name: 's' },
      { type: 'mcp_tool_result', tool_use_id: 'mcp', is_error: true, content: 'No' },
      { type: 'container_upload', file_id: 'file_1' },
      { type: 'fallback', from: { model: 'a' }, to: { model: 'b' } },
      { type: 'thinking', thinking: 'Hm', signature: 's' },
      { type: 'text', text: 'Hi' },
    ]
    expect(givenBack(...blocks.map((each, index) => block(index, each)))).toEqual([
      { role: 'assistant', content: blocks },
    ])
  })

  test('has no call of its own tools that was stopped: the API refuses one without its result', () => {
    const search = { type: 'server_tool_use', id: 'x', name: 'web_search', input: {} }
    expect(givenBack(block(0, { type: 'text', text: 'Hi' }), block(1, search))).toEqual([
      { role: 'assistant', content: [{ type: 'text', text: 'Hi' }] },
    ])
  })

  test('has no result of a call that is not there: the API refuses that too', () => {
    const data = { type: 'web_search_tool_result', tool_use_id: 'x' }
    const parts = [
      { type: 'data', name: 'anthropic', data },
      { type: 'text', text: 'Hi' },
    ] as const
    expect(bodyOf(anthropic(), [message('assistant', 'Hi', parts)])).toMatchObject({
      messages: [{ role: 'assistant', content: [{ type: 'text', text: 'Hi' }] }],
    })
  })

  test('has no thought after such a call: it is sealed with what is left out', () => {
    const search = { type: 'server_tool_use', id: 'x', name: 'web_search', input: {} }
    const blocks = [
      seal(0, 's'),
      block(1, search),
      seal(2, 't'),
      block(3, { type: 'text', text: 'Hi' }),
    ]
    expect(givenBack(...blocks)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: '', signature: 's' },
          { type: 'text', text: 'Hi' },
        ],
      },
    ])
  })

  test('is one turn with its results, also where the reply says something between its calls', () => {
    const call = (id: string): object => ({ type: 'tool_use', id, name: 'f', input: {} })
    const asked = [call('a'), { type: 'text', text: 'And' }, call('b')]
    const blocks = asked.map((each, index) => block(index + 1, each))
    const thinking = { type: 'thinking', thinking: '', signature: 's' }
    expect(givenBack(seal(0, 's'), ...blocks)).toEqual([
      { role: 'assistant', content: [thinking, ...asked] },
      {
        role: 'user',
        content: ['a', 'b'].map((tool_use_id) => ({
          type: 'tool_result',
          tool_use_id,
          content: 'rain',
        })),
      },
    ])
  })

  test('does not say who has called: its result may be of a later reply', () => {
    const caller = { type: 'code_execution_20260120', tool_id: 'run' }
    const use = { type: 'tool_use', id: 'a', name: 'click', input: {}, toolset_name: 'browser' }
    const run = { type: 'server_tool_use', id: 'run', name: 'code_execution', input: {} }
    expect(givenBack(block(0, run), block(1, { ...use, caller }))).toMatchObject([
      { role: 'assistant', content: [use] },
      { role: 'user' },
    ])
  })

  test('does not end in a thought: the API refuses that', () => {
    const blocks = [block(0, { type: 'text', text: 'Hi' }), seal(1, 's')]
    const end = block(2, { type: 'text', text: '\n' })
    expect(givenBack(...blocks, end)).toEqual([
      { role: 'assistant', content: [{ type: 'text', text: 'Hi' }] },
    ])
  })

  test('has the white space between two sources', () => {
    const cited = (index: number, text: string): object[] =>
      block(index, { type: 'text', text, citations: [{ source: `https://${index}` }] })
    expect(givenBack(cited(0, 'One.'), cited(1, '\n'), cited(2, 'Two.'))).toEqual([
      { role: 'assistant', content: [{ type: 'text', text: 'One.\nTwo.' }] },
    ])
  })

  test('has what the API has made of the conversation before', () => {
    const compaction = block(
      0,
      { type: 'compaction', content: null, signature: 's' },
      { type: 'compaction_delta', content: 'All so far', encrypted_content: 'x' },
    )
    expect(givenBack(compaction, block(1, { type: 'text', text: 'Hi' }))).toMatchObject([
      {
        content: [
          { type: 'compaction', content: 'All so far', encrypted_content: 'x', signature: 's' },
          { type: 'text', text: 'Hi' },
        ],
      },
    ])
  })
})
