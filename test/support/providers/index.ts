/** Providers as they stream, and as they check what they are sent: what each of them refuses. */
import { route } from './ai-sdk.js'
import { claude } from './anthropic.js'
import { deepSeek, geminiCompletions, openai, openRouter } from './completions.js'
import { google, interactions } from './google.js'
import type { Provider } from './provider.js'
import { agent, command, llama, qwen } from './relatives.js'
import { responses } from './responses.js'

export const providers: [name: string, provider: Provider][] = [
  ['OpenAI', openai],
  ['DeepSeek', deepSeek],
  ['Gemini as OpenAI', geminiCompletions],
  ['OpenRouter', openRouter],
  ['Anthropic', claude],
  ['Responses', responses],
  ['Gemini', google],
  ['Interactions', interactions],
  ['Ollama', llama],
  ['Cohere', command],
  ['DashScope', qwen],
  ['AG-UI', agent],
  ['AI SDK', route],
]
