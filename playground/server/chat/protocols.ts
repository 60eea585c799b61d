/** The protocols that the game master speaks, by brooklet's names. */
import { agUi } from './ag-ui.js'
import { aiSdkData } from './ai-sdk-data.js'
import { aiSdk } from './ai-sdk.js'
import { anthropic } from './anthropic.js'
import { cohere } from './cohere.js'
import { coze } from './coze.js'
import { dashscope } from './dashscope.js'
import { dify } from './dify.js'
import { geminiInteractions } from './gemini-interactions.js'
import { gemini } from './gemini.js'
import { langGraph } from './lang-graph.js'
import { langServe } from './lang-serve.js'
import { llamaCpp } from './llama-cpp.js'
import { ollama } from './ollama.js'
import { openaiChat } from './openai-chat.js'
import { openaiResponses } from './openai-responses.js'
import { plainText } from './plain-text.js'
import { qianfan } from './qianfan.js'
import { tgi } from './tgi.js'
import { tutorial } from './tutorial.js'
import type { ServedProtocol } from './served-protocol.js'
import { workersAi } from './workers-ai.js'

export const protocols = {
  tutorial,
  text: plainText,
  openaiChat,
  openaiResponses,
  anthropic,
  gemini,
  geminiInteractions,
  ollama,
  aiSdk,
  aiSdkData,
  agUi,
  langGraph,
  langServe,
  cohere,
  workersAi,
  tgi,
  llamaCpp,
  dashscope,
  dify,
  coze,
  qianfan,
} satisfies Record<string, ServedProtocol>

export type ProtocolName = keyof typeof protocols

export function protocolNamed(name: string): ServedProtocol | undefined {
  return Object.hasOwn(protocols, name) ? protocols[name as ProtocolName] : undefined
}
