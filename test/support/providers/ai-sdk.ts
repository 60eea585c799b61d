import { aiSdk } from '../../../src/protocols/index.js'
import { first, repeated, sse, type Body, type Provider } from './provider.js'

function* wrongUiMessages(messages: Body[]): Generator<string | false> {
  const all: Body[] = messages.flatMap(({ parts }) => parts)
  const calls = all.filter(({ type }) => type.startsWith('tool-'))
  yield repeated(messages.map(({ id }) => id)) !== undefined && 'a message comes twice'
  yield messages.some(({ role }) => !['system', 'user', 'assistant'].includes(role)) && 'role'
  yield messages.some(({ parts }) => parts.length === 0) && 'Message must contain at least one part'
  yield calls.some(({ input }) => typeof input !== 'object') && 'input'
  yield calls.some(({ state }) => !state.startsWith('output-')) && 'Tool result is missing'
  yield calls.some((each) => each.state === 'output-error' && !('errorText' in each)) && 'errorText'
  for (const { parts } of messages) {
    const ours = parts.filter((each: Body) => each.toolCallId?.startsWith('ai-'))
    const isSealed = (each: Body): boolean => each.callProviderMetadata?.p.item === each.toolCallId
    yield !ours.every(isSealed) && 'Function call is missing a thought_signature'
    const seals = parts
      .filter(({ type }: Body) => type === 'reasoning')
      .map((each: Body) => each.providerMetadata?.p?.seal)
    yield (
      ours.length > 0 &&
        !(seals.includes('sealed') && seals.includes('encrypted')) &&
        "Item 'fc_1' was provided without its required 'reasoning' item"
    )
    const isLate = ({ type }: Body, index: number): boolean =>
      type === 'text' && parts[index - 1]?.type.startsWith('tool-')
    yield parts.some(isLate) && 'what answers tools is another step'
  }
}

/** A route that answers with `toUIMessageStreamResponse()`, and has tools that the page runs. */
export const route: Provider = {
  protocol: aiSdk({ id: 'chat' }),
  type: 'text/event-stream',
  stream: ({ thoughts, text, calls = [] }, round) => [
    sse({ type: 'start' }),
    sse({ type: 'start-step' }),
    sse({ type: 'reasoning-start', id: '0' }),
    sse({ type: 'reasoning-delta', id: '0', delta: thoughts }),
    sse({ type: 'reasoning-end', id: '0', providerMetadata: { p: { seal: 'sealed' } } }),
    sse({ type: 'reasoning-start', id: '1' }),
    sse({ type: 'reasoning-end', id: '1', providerMetadata: { p: { seal: 'encrypted' } } }),
    ...(text
      ? [
          sse({ type: 'text-start', id: '1' }),
          sse({ type: 'text-delta', id: '1', delta: text }),
          sse({ type: 'text-end', id: '1' }),
        ]
      : []),
    ...calls.map(({ name, args: input }, index) => {
      const toolCallId = `ai-${round}${index}`
      const providerMetadata = { p: { item: toolCallId } }
      const call = { toolCallId, toolName: name, input, providerMetadata }
      return sse({ type: 'tool-input-available', ...call })
    }),
    sse({ type: 'finish-step' }),
    sse({ type: 'finish', finishReason: calls.length > 0 ? 'tool-calls' : 'stop' }),
    'data: [DONE]\n\n',
  ],
  refuse: ({ id, messages }) => first([id !== 'chat' && 'id', ...wrongUiMessages(messages)]),
}
