import { anthropic } from '../../../src/protocols/index.js'
import { first, json, repeated, sse, type Body, type Provider } from './provider.js'

function* wrongBlocks(messages: Body[]): Generator<string | false> {
  const turns: { role: string; content: Body[] }[] = []
  for (const { role, content } of messages) {
    yield !['user', 'assistant'].includes(role) && `role ${role}`
    yield content.length === 0 && 'all messages must have non-empty content'
    if (turns.at(-1)?.role === role) turns.at(-1)!.content.push(...content)
    else turns.push({ role, content: [...content] })
  }
  const ids: string[] = []
  let open: string[] = []
  const asked = turns.findLastIndex(({ content }) => content.at(-1).type === 'text')
  for (const [index, { role, content }] of turns.entries()) {
    const results = content.filter(({ type }) => type === 'tool_result')
    yield (
      json(results.map((each) => each.tool_use_id)) !== json(open) &&
        '`tool_use` without `tool_result`'
    )
    yield (
      results.some((each) => each.is_error && !each.content) &&
        'content cannot be empty if `is_error`'
    )
    yield (
      content.findLastIndex(({ type }) => type === 'tool_result') >= results.length &&
        'results first'
    )
    yield (
      content.some(({ type, text }) => type === 'text' && !text.trim()) && 'text must be non-empty'
    )
    yield content.some(({ type, signature }) => type === 'thinking' && !signature) && 'no signature'
    yield content.at(-1).type === 'thinking' && 'the final block cannot be `thinking`'
    open = content.filter(({ type }) => type === 'tool_use').map(({ id }) => id)
    yield (
      index > asked &&
        open.length > 0 &&
        content[0].type !== 'thinking' &&
        'Expected `thinking`, found another block'
    )
    ids.push(...open)
    yield role === 'user' && open.length > 0 && 'a user calls no tools'
  }
  yield open.length > 0 && 'calls at the end'
  yield ids.some((id) => !/^[\w-]+$/.test(id)) && 'id: String should match pattern'
  yield repeated(ids) !== undefined && '`tool_use` ids must be unique'
}

export const claude: Provider = {
  protocol: anthropic({ model: 'm' }),
  type: 'text/event-stream',
  stream: ({ thoughts, text, calls }, round) => [
    sse({ type: 'message_start', message: { id: `m${round}`, usage: { input_tokens: 1 } } }),
    sse({
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'thinking', thinking: '' },
    }),
    sse({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'thinking_delta', thinking: thoughts },
    }),
    sse({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'signature_delta', signature: 'sealed' },
    }),
    sse({
      type: 'content_block_start',
      index: 1,
      content_block: { type: 'text', text: text ?? '' },
    }),
    ...(calls ?? []).flatMap(({ name, args }, index) => [
      sse({
        type: 'content_block_start',
        index: index + 2,
        content_block: { type: 'tool_use', id: `toolu_${round}${index}`, name, input: {} },
      }),
      sse({
        type: 'content_block_delta',
        index: index + 2,
        delta: { type: 'input_json_delta', partial_json: json(args) },
      }),
      sse({ type: 'content_block_stop', index: index + 2 }),
    ]),
    sse({
      type: 'message_delta',
      delta: { stop_reason: calls ? 'tool_use' : 'end_turn' },
      usage: { output_tokens: 1 },
    }),
    sse({ type: 'message_stop' }),
  ],
  refuse: ({ messages, system, tools, max_tokens: most }) =>
    first([
      !most && 'max_tokens: Field required',
      system !== 'Be brief.' && 'system',
      !(tools?.length && tools.every((each: Body) => each.input_schema.type === 'object')) &&
        'tools',
      ...wrongBlocks(messages),
    ]),
}
