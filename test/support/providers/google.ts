import { gemini, geminiInteractions } from '../../../src/protocols/index.js'
import { first, json, sse, type Body, type Provider } from './provider.js'

function* wrongContents(contents: Body[]): Generator<string | false> {
  const isAsked = ({ role, parts }: Body): boolean =>
    role === 'user' && parts.some(({ text }: Body) => text)
  const turn = contents.findLastIndex(isAsked)
  for (const [index, { role, parts }] of contents.entries()) {
    yield !['user', 'model'].includes(role) && `role ${role}`
    yield parts.length === 0 && 'contents.parts must not be empty.'
    const calls = parts.filter((part: Body) => part.functionCall)
    const next = (contents[index + 1]?.parts ?? []).filter((part: Body) => part.functionResponse)
    yield (
      calls.length !== next.length &&
        'the number of function response parts is equal to that of the calls'
    )
    yield (
      calls.length > 0 &&
        contents[index - 1]?.role !== 'user' &&
        'a function call turn comes after a user turn'
    )
    yield (
      calls.some(
        (part: Body, at: number) => part.functionCall.name !== next[at].functionResponse.name,
      ) && 'name'
    )
    yield (
      calls.length > 0 &&
        index > turn &&
        !calls[0].thoughtSignature &&
        'Function call is missing a thought_signature'
    )
  }
}

export const google: Provider = {
  protocol: gemini(),
  type: 'text/event-stream',
  stream: ({ thoughts, text, calls = [] }) => [
    sse({ candidates: [{ content: { parts: [{ text: thoughts, thought: true }] } }] }),
    sse({ candidates: [{ content: { parts: [{ text }] } }] }),
    sse({
      candidates: [
        {
          content: {
            parts: calls.map((functionCall, index) =>
              index > 0 ? { functionCall } : { functionCall, thoughtSignature: 'sealed' },
            ),
          },
          finishReason: 'STOP',
        },
      ],
    }),
  ],
  refuse: ({ contents, systemInstruction, tools }) =>
    first([
      systemInstruction?.parts[0].text !== 'Be brief.' && 'systemInstruction',
      !tools?.[0].functionDeclarations.length && 'tools',
      ...wrongContents(contents),
    ]),
}

export const interactions: Provider = {
  protocol: geminiInteractions({ model: 'm' }),
  type: 'text/event-stream',
  stream: ({ thoughts, text, calls = [] }, round) => [
    sse({ event_type: 'interaction.created', interaction: { id: `i${round}` } }),
    sse({ event_type: 'step.start', index: 0, step: { type: 'model_output' } }),
    sse({ event_type: 'step.delta', index: 0, delta: { type: 'text', text } }),
    sse({ event_type: 'step.start', index: 1, step: { type: 'thought' } }),
    sse({
      event_type: 'step.delta',
      index: 1,
      delta: { type: 'thought_summary', content: { type: 'text', text: thoughts } },
    }),
    sse({
      event_type: 'step.delta',
      index: 1,
      delta: { type: 'thought_signature', signature: 'sealed' },
    }),
    ...calls.map(({ name, args }, index) =>
      sse({
        event_type: 'step.start',
        index: index + 2,
        step: {
          type: 'function_call',
          id: `f${round}${index}`,
          name,
          arguments: args,
          signature: '',
        },
      }),
    ),
    ...calls.map((_call, index) => sse({ event_type: 'step.stop', index: index + 2 })),
    sse({
      event_type: 'interaction.completed',
      interaction: { id: `i${round}`, status: calls.length > 0 ? 'requires_action' : 'completed' },
    }),
  ],
  refuse: ({ input, tools }) => {
    const called = input
      .filter(({ type }: Body) => type === 'function_call')
      .map(({ id }: Body) => id)
    const answered = input
      .filter(({ type }: Body) => type === 'function_result')
      .map((each: Body) => each.call_id)
    return first([
      !tools?.length && 'tools',
      json(called.toSorted()) !== json(answered.toSorted()) && 'calls and results',
      input.some(({ content }: Body) => content?.length === 0) && 'content',
      input.some(
        ({ type }: Body, at: number) =>
          type === 'function_call' &&
          at > input.findLastIndex((each: Body) => each.type === 'user_input') &&
          input[at - 1].type !== 'function_call' &&
          input[at - 1].signature !== 'sealed',
      ) && 'Function call is missing a thought_signature',
    ])
  },
}
