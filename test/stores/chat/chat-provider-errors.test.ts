/** What providers answer where they refuse, with its real status, over a real connection. */
import { onTestFinished, expect, test } from 'vitest'
import type { StreamError } from '../../../src/errors.js'
import {
  agUi,
  aiSdk,
  anthropic,
  cohere,
  coze,
  dashscope,
  dify,
  gemini,
  geminiInteractions,
  langGraph,
  langServe,
  llamaCpp,
  ollama,
  openaiChat,
  openaiResponses,
  qianfan,
  tgi,
  workersAi,
} from '../../../src/protocols/index.js'
import type { ChatProtocol } from '../../../src/protocols/types.js'
import { createChat } from '../../../src/stores/chat/chat.js'
import { startHttp } from '../../support/http.js'

type Row = [name: string, protocol: ChatProtocol, status: number, body: unknown]

const words = 'Something is wrong'
const typed = { type: 'error', error: { type: 'overloaded_error', message: words } }
const nested = { error: { message: words, type: 'invalid_request_error', param: null, code: null } }
const google = { error: { code: 429, message: words, status: 'RESOURCE_EXHAUSTED' } }
const missing = [{ type: 'missing', loc: ['body', 'model'], msg: words }]

const rows: Row[] = [
  ['Anthropic, a key', anthropic(), 401, typed],
  ['Anthropic, overloaded', anthropic(), 529, typed],
  ['OpenAI, a key', openaiChat(), 401, nested],
  ['OpenAI, a limit', openaiChat(), 429, nested],
  ['Responses, a request', openaiResponses(), 400, nested],
  ['Mistral, a key', openaiChat(), 401, { message: words, request_id: 'r' }],
  ['Mistral, a field', openaiChat(), 422, { object: 'error', message: { detail: missing } }],
  ['vLLM, a request', openaiChat(), 400, { object: 'error', message: words, code: 400 }],
  ['xAI, a key', openaiChat(), 400, { code: 'Client error', error: words }],
  ['SiliconFlow, a request', openaiChat(), 400, { code: 20015, message: words, data: null }],
  ['SiliconFlow, a key', openaiChat(), 401, words],
  ['Gemini, a limit', gemini(), 429, [google]],
  ['Gemini, overloaded', gemini(), 503, google],
  ['Interactions, a request', geminiInteractions(), 400, nested],
  ['Ollama, a model', ollama(), 404, { error: words }],
  ['Cohere, a limit', cohere(), 429, { id: 'i', message: words }],
  ['DashScope, a limit', dashscope(), 429, { code: 'Throttling', message: words }],
  ['Dify, a key', dify(), 401, { code: 'unauthorized', message: words, status: 401 }],
  ['Coze, a key', coze(), 401, { code: 4100, msg: words }],
  ['a proxy of Coze', coze(), 500, { error: words }],
  ['Qianfan, a key', qianfan(), 401, { error_code: 110, error_msg: words }],
  ['Qianfan 2, a key', qianfan(), 401, { id: 'as', ...nested }],
  ['Workers AI, a key', workersAi(), 401, { success: false, errors: [{ message: words }] }],
  ['TGI, a request', tgi(), 422, { error: words, error_type: 'validation' }],
  ['llama.cpp, loading', llamaCpp(), 503, { error: { code: 503, message: words } }],
  ['LangServe, an input', langServe(), 422, { detail: missing }],
  ['LangGraph, a thread', langGraph(), 404, { detail: words }],
  ['AG-UI, an input', agUi(), 422, { detail: missing }],
  ['a route of AI SDK', aiSdk(), 500, { error: words }],
]

test.each(rows)(
  '%s: its words, and whether to try again',
  async (_name, protocol, status, body) => {
    const server = await startHttp((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '2' })
      response.end(JSON.stringify(body))
    })
    onTestFinished(server.close)
    const chat = createChat({ url: server.url, protocol, retry: false })
    const error = await chat.sendMessage('Hi').catch((cause: StreamError) => cause)
    expect(error).toMatchObject({
      message: words,
      code: 'http',
      status,
      retryable: status === 429 || status >= 500,
      retryAfter: 2000,
    })
    expect(chat.getSnapshot()).toMatchObject({ status: 'error', messages: [{ content: 'Hi' }, {}] })
  },
)
