/** Who has calls and answers as Chat Completions does, in a stream of its own. */
import { agUi, cohere, dashscope, ollama } from '../../../src/protocols/index.js'
import { fragments, wrongFunctions, wrongMessages } from './completions.js'
import { first, json, line, repeated, sse, type Body, type Provider } from './provider.js'

export const llama: Provider = {
  protocol: ollama({ model: 'm' }),
  type: 'application/x-ndjson',
  stream: ({ thoughts, text, calls = [] }) => [
    line({ message: { role: 'assistant', content: '', thinking: thoughts }, done: false }),
    line({ message: { role: 'assistant', content: text ?? '' }, done: false }),
    line({
      message: {
        role: 'assistant',
        content: '',
        tool_calls: calls.map(({ name, args }) => ({ function: { name, arguments: args } })),
      },
      done: false,
    }),
    line({ message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' }),
  ],
  refuse: ({ messages, tools }) =>
    first([
      wrongFunctions(tools),
      messages.some(({ content }: Body) => typeof content !== 'string') && 'content',
      messages.some(({ tool_calls: calls }: Body) =>
        calls?.some((each: Body) => typeof each.function.arguments !== 'object'),
      ) && 'arguments',
      messages.some(({ role, tool_name: name }: Body) => role === 'tool' && !name) && 'tool_name',
    ]),
}

export const command: Provider = {
  protocol: cohere({ model: 'm' }),
  type: 'text/event-stream',
  stream: ({ thoughts, text, calls }, round) => [
    sse({ type: 'message-start', id: `c${round}` }),
    sse(
      calls
        ? { type: 'tool-plan-delta', delta: { message: { tool_plan: thoughts } } }
        : { type: 'content-delta', index: 0, delta: { message: { content: { text } } } },
    ),
    ...fragments({ calls }, round).map((call, index) =>
      sse({ type: 'tool-call-start', index, delta: { message: { tool_calls: call } } }),
    ),
    sse({ type: 'message-end', delta: { finish_reason: calls ? 'TOOL_CALL' : 'COMPLETE' } }),
  ],
  refuse: ({ messages, tools }) =>
    first([
      wrongFunctions(tools),
      ...wrongMessages(
        messages.map((each: Body) => ({ ...each, content: each.content ?? each.tool_plan })),
      ),
      messages.some(({ content, tool_calls: calls }: Body) => content && calls) &&
        'text content is not allowed when tool_calls are provided',
    ]),
}

export const qwen: Provider = {
  protocol: dashscope({ model: 'm' }),
  type: 'text/event-stream',
  stream: (said, round) => [
    sse({
      output: {
        choices: [
          { message: { content: '', reasoning_content: said.thoughts }, finish_reason: 'null' },
        ],
      },
    }),
    sse({
      output: { choices: [{ message: { content: said.text ?? '' }, finish_reason: 'null' }] },
    }),
    sse({
      output: {
        choices: [
          {
            message: { content: '', tool_calls: fragments(said, round) },
            finish_reason: said.calls ? 'tool_calls' : 'stop',
          },
        ],
      },
    }),
  ],
  refuse: ({ input, parameters }) =>
    first([wrongFunctions(parameters.tools), ...wrongMessages(input.messages)]),
}

const encrypted = (subtype: string, entityId: string): string =>
  sse({ type: 'REASONING_ENCRYPTED_VALUE', subtype, entityId, encryptedValue: `of ${entityId}` })

/** Of the agent's own calls: each is sealed, and so is what it thought before them. */
function* wrongThoughts(messages: Body[]): Generator<string | false> {
  for (const [index, { toolCalls = [] }] of messages.entries()) {
    const ours = toolCalls.filter(({ id }: Body) => id.startsWith('agent-'))
    const before = messages[index - 1]
    yield ours.some((each: Body) => each.encryptedValue !== `of ${each.id}`) && 'no encryptedValue'
    yield (
      ours.length > 0 &&
        !(before.role === 'reasoning' && before.content && before.encryptedValue) &&
        'calls without the thoughts before them'
    )
  }
}

export const agent: Provider = {
  protocol: agUi({ threadId: 't' }),
  type: 'text/event-stream',
  stream: ({ thoughts, text, calls = [] }, round) => [
    sse({ type: 'RUN_STARTED', threadId: 't', runId: 'r' }),
    sse({ type: 'REASONING_MESSAGE_CHUNK', messageId: `r${round}`, delta: thoughts }),
    encrypted('message', `r${round}`),
    ...(text
      ? [
          sse({
            type: 'TEXT_MESSAGE_CHUNK',
            messageId: `m${round}`,
            role: 'assistant',
            delta: text,
          }),
        ]
      : []),
    ...calls.flatMap(({ name, args }, index) => [
      sse({
        type: 'TOOL_CALL_CHUNK',
        toolCallId: `agent-${round}${index}`,
        toolCallName: name,
        delta: json(args),
      }),
      encrypted('tool-call', `agent-${round}${index}`),
    ]),
    sse({ type: 'RUN_FINISHED', threadId: 't', runId: 'r' }),
  ],
  refuse: ({ messages, tools }) =>
    first([
      !tools.length && 'tools',
      repeated(messages.map(({ id }: Body) => id)) !== undefined && 'an id comes twice',
      ...wrongThoughts(messages),
      ...wrongMessages(
        messages
          .filter(({ role }: Body) => role !== 'reasoning')
          .map(({ toolCalls, toolCallId, ...each }: Body) => ({
            ...each,
            tool_calls: toolCalls,
            tool_call_id: toolCallId,
          })),
      ),
    ]),
}
