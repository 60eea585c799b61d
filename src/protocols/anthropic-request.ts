import { anthropicTurn } from './anthropic-turn.js'
import type { ChatRequest, ChatTurn } from './types.js'

export function anthropicRequest(
  { messages, tools }: ChatTurn,
  model: string | undefined,
  maxTokens: number,
): ChatRequest {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content)
  const others = messages.filter(({ role }) => role !== 'system')
  const ids = new Set<string>()
  return {
    headers: { 'anthropic-version': '2023-06-01' },
    body: {
      model, // JSON leaves out what is undefined
      max_tokens: maxTokens,
      system: system.join('\n\n') || undefined,
      messages: others.flatMap((message) => anthropicTurn(message, ids)),
      tools: tools?.map(({ parameters, ...tool }) => ({ ...tool, input_schema: parameters })),
      stream: true,
    },
  }
}
