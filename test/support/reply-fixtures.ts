import type { ProtocolName } from './protocol-named.js'

/** A reply of some words in each protocol that a chat reads: one of test/fixtures/wire. */
export const replyFixtures: Partial<Record<ProtocolName, string>> = {
  agUi: 'ag-ui/cjk-emoji.sse',
  aiSdk: 'vercel-ui-message-stream/text-cjk-emoji.sse',
  aiSdkData: 'vercel-data-stream-v1/text.txt',
  anthropic: 'anthropic/cjk-emoji.sse',
  auto: 'openai-chat/text.sse',
  cohere: 'cohere-v2/text.sse',
  coze: 'coze-v3/text.sse',
  dashscope: 'dashscope/incremental.sse',
  dify: 'dify/chat.sse',
  gemini: 'gemini/text.sse',
  geminiInteractions: 'gemini-interactions/text-event-ids.sse',
  langGraph: 'langgraph/messages-anthropic-blocks.sse',
  langServe: 'langserve/stream.sse',
  llamaCpp: 'llama-cpp/text.sse',
  ollama: 'ollama/chat-cjk-emoji.ndjson',
  openaiChat: 'openai-chat/cjk-emoji.sse',
  openaiResponses: 'openai-responses/background.sse',
  qianfan: 'qianfan-v1/text.sse',
  text: 'text-stream/cjk-emoji.txt',
  tgi: 'tgi/text.sse',
  tutorial: 'tutorial-sse/text.sse',
  workersAi: 'cloudflare-workers-ai/text.sse',
}
