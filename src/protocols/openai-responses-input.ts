import {
  fileData,
  fileUrl,
  isImage,
  keptFor,
  stepsOf,
  type AnsweredCall,
  type Step,
} from './history.js'
import type {
  ChatMessage,
  FilePart,
  MessagePart,
  ProviderMetadata,
  ToolApproval,
  ToolCallPart,
} from './message.js'

interface Item {
  type?: string
  role?: string
  phase?: unknown
  content?: unknown
}

/** A conversation as the list of items that the Responses API takes. */
export function responsesInput(messages: readonly ChatMessage[]): object[] {
  const decided = messages.slice(-1).map(withDecisions)
  return stepsOf([...messages.slice(0, -1), ...decided]).flatMap((step) => [
    ...(step.role === 'assistant' ? saidIn(step) : askedIn(step)),
    ...step.calls.map(toCall),
    ...step.calls.map(toOutput),
  ])
}

/** What the user decided about a call answers it. Once the API has gone on, it is one that it ran itself. */
function withDecisions(message: ChatMessage): ChatMessage {
  const parts = message.parts.map((part): MessagePart => {
    const isDecided = part.type === 'tool-call' && decisionOn(part)
    return isDecided ? { ...part, providerExecuted: false, state: 'done' } : part
  })
  return { ...message, parts }
}

function askedIn({ role, text, files }: Step): Item[] {
  if (files.length === 0) return text ? [{ role, content: text }] : []
  const said = text ? [{ type: 'input_text', text }] : []
  return [{ role, content: [...said, ...files.map(toFile)] }]
}

/**
 * What it said, a message for each phase, and what it thought, sealed. The API refuses thoughts that
 * nothing follows: of several, those before the last led to what is not sent.
 */
function saidIn({ role, parts, calls }: Step): Item[] {
  const items: Item[] = []

  function dropThoughts(): void {
    if (items.at(-1)?.type === 'reasoning') items.pop()
  }

  for (const part of parts) {
    for (const kept of keptFor('openaiResponses', part)) {
      dropThoughts()
      items.push(kept)
    }
    if (part.type !== 'text') continue
    const phase = ofOpenai(part.providerMetadata).phase
    const last = items.at(-1)
    if (last?.role && last.phase === phase) last.content += part.text
    else if (part.text.trim()) items.push({ role, phase, content: part.text.trimStart() })
  }
  if (calls.length === 0) dropThoughts()
  return items
}

function toCall(answered: AnsweredCall): object {
  const { id, name, args, callProviderMetadata } = answered
  const json = JSON.stringify(args)
  const asked = decisionOn(answered)
  if (asked) {
    const { id, serverLabel } = asked
    return { type: 'mcp_approval_request', id, server_label: serverLabel, name, arguments: json }
  }
  const { namespace, async } = ofOpenai(callProviderMetadata)
  const call = { call_id: id, name, namespace, async }
  if (typeof args === 'string') return { type: 'custom_tool_call', ...call, input: args }
  return { type: 'function_call', ...call, arguments: json }
}

function toOutput(call: AnsweredCall): object {
  const { id, args, answer } = call
  const asked = decisionOn(call)
  if (asked) {
    const { id, approved, reason } = asked
    return { type: 'mcp_approval_response', approval_request_id: id, approve: approved, reason }
  }
  const type = typeof args === 'string' ? 'custom_tool_call_output' : 'function_call_output'
  return { type, call_id: id, output: answer }
}

/** What this API asked about a call, and not another one, where the user has decided. */
function decisionOn({ approval }: ToolCallPart): ToolApproval | undefined {
  return approval?.serverLabel && approval.approved !== undefined ? approval : undefined
}

/** What the API has said of a part besides, where the AI SDK keeps it too. */
function ofOpenai(metadata: ProviderMetadata | undefined): Record<string, unknown> {
  return (metadata?.openai ?? {}) as Record<string, unknown>
}

function toFile(file: FilePart): object {
  if (isImage(file)) return { type: 'input_image', image_url: fileUrl(file) }
  if (!fileData(file)) return { type: 'input_file', file_url: file.url }
  return { type: 'input_file', filename: file.name ?? 'file', file_data: fileUrl(file) }
}
