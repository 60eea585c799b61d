/**
 * What the events of backends mean: a factory for each backend.
 *
 * @module brooklet/protocols
 */

export { StreamError, type StreamErrorCode, type StreamErrorDetails } from '../errors.js'
export type { HeadersInit } from '../fetch-types.js'
export type { StreamEvent, StreamFormat } from '../formats/types.js'
export { a2a } from './a2a.js'
export { agUi } from './ag-ui.js'
export { aiSdkData } from './ai-sdk-data.js'
export { aiSdk } from './ai-sdk.js'
export { fromUiMessages, type UiMessage } from './ai-sdk/ai-sdk-saved.js'
export { anthropic, type AnthropicOptions } from './anthropic.js'
export { auto } from './auto.js'
export { cohere } from './cohere.js'
export { coze, type CozeOptions } from './coze.js'
export { dashscope } from './dashscope.js'
export { dify, type DifyOptions } from './dify.js'
export { dockerProgress } from './docker-progress.js'
export { fal } from './fal.js'
export { geminiInteractions } from './gemini-interactions.js'
export { gemini } from './gemini.js'
export { gradio } from './gradio.js'
export { jsonProgress } from './json-progress.js'
export { kubernetesWatch } from './kubernetes-watch.js'
export { langGraph, type LangGraphOptions } from './lang-graph.js'
export { langServe, type LangServeOptions } from './lang-serve.js'
export { llamaCpp, type LlamaCppOptions } from './llama-cpp.js'
export { mcpProgress } from './mcp-progress.js'
export { ollamaPull } from './ollama-pull.js'
export { ollama } from './ollama.js'
export { openaiBackground } from './openai-background.js'
export { openaiChat } from './openai-chat.js'
export { openaiResponses } from './openai-responses.js'
export { progressEvents } from './progress-events.js'
export { qianfan } from './qianfan.js'
export { replicate } from './replicate.js'
export { text } from './text.js'
export { tgi, type TgiOptions } from './tgi.js'
export { withTools, type OfferedTool } from './message/tools.js'
export { tutorial } from './tutorial.js'
export { workersAi } from './workers-ai.js'
export type {
  ChatMessage,
  DataPart,
  FilePart,
  FinishReason,
  MessagePart,
  ProviderMetadata,
  ReasoningPart,
  SourcePart,
  TextPart,
  ToolApproval,
  ToolCallPart,
  Usage,
} from './message/message.js'
export type * from './types.js'
