/** The protocols that the game master speaks, and what each wire has a place for. */
import * as protocol from 'brooklet/protocols'
import type { ChatProtocol } from 'brooklet/protocols'

export type Carried = 'text' | 'reasoning' | 'sources' | 'tools' | 'files'

export interface SpokenProtocol {
  label: string
  create(): ChatProtocol
  /** Besides text. */
  carries: readonly Carried[]
}

const all: Carried[] = ['reasoning', 'sources', 'tools', 'files']
const withoutSources: Carried[] = ['reasoning', 'tools', 'files']

export const protocols = {
  auto: { label: 'auto', create: protocol.auto, carries: [] },
  tutorial: { label: 'Tutorials: {"content"}', create: protocol.tutorial, carries: [] },
  text: { label: 'Plain text', create: protocol.text, carries: [] },
  openaiChat: { label: 'OpenAI Chat Completions', create: protocol.openaiChat, carries: all },
  openaiResponses: { label: 'OpenAI Responses', create: protocol.openaiResponses, carries: all },
  anthropic: { label: 'Anthropic Messages', create: protocol.anthropic, carries: all },
  gemini: { label: 'Gemini', create: protocol.gemini, carries: all },
  geminiInteractions: {
    label: 'Gemini Interactions',
    create: protocol.geminiInteractions,
    carries: all,
  },
  ollama: { label: 'Ollama', create: protocol.ollama, carries: withoutSources },
  aiSdk: { label: 'AI SDK UI messages', create: protocol.aiSdk, carries: all },
  aiSdkData: { label: 'AI SDK data stream', create: protocol.aiSdkData, carries: all },
  agUi: { label: 'AG-UI', create: protocol.agUi, carries: withoutSources },
  langGraph: { label: 'LangGraph', create: protocol.langGraph, carries: all },
  langServe: { label: 'LangServe', create: protocol.langServe, carries: all },
  cohere: { label: 'Cohere', create: protocol.cohere, carries: all },
  workersAi: { label: 'Workers AI', create: protocol.workersAi, carries: withoutSources },
  tgi: { label: 'Hugging Face TGI', create: protocol.tgi, carries: [] },
  llamaCpp: { label: 'llama.cpp', create: protocol.llamaCpp, carries: [] },
  dashscope: { label: 'DashScope', create: protocol.dashscope, carries: all },
  dify: { label: 'Dify', create: protocol.dify, carries: ['reasoning', 'sources'] },
  coze: { label: 'Coze', create: protocol.coze, carries: ['reasoning', 'files'] },
  qianfan: { label: 'Qianfan (ERNIE)', create: protocol.qianfan, carries: ['sources'] },
} satisfies Record<string, SpokenProtocol>

export type ProtocolName = keyof typeof protocols

export const protocolNames = Object.keys(protocols) as ProtocolName[]
