import { fileData, fileUrl, isImage } from '../message/files.js'
import { keptFor, stepsOf, type Step } from '../message/history.js'
import type { ChatMessage, FilePart, ProviderMetadata, ToolCallPart } from '../message/message.js'

interface Item {
  type?: string
  role?: string
  phase?: unknown
  content?: unknown
  [more: string]: unknown
}

type IsDecided = (call: ToolCallPart) => boolean

/** A conversation as the list of items that the Responses API takes. */
export function responsesInput(messages: readonly ChatMessage[]): object[] {
  const last = messages.at(-1)?.parts ?? []
  // Only of a call that this API (and not another one) has asked about in the last message: in an earlier
  // one, it has run the call already.
  const isDecided: IsDecided = (call) =>
    !!call.approval?.serverLabel && call.approval.approved !== undefined && last.includes(call)
  return stepsOf(messages, isDecided).flatMap((step) =>
    step.role === 'assistant' ? repliedIn(step, isDecided) : askedIn(step),
  )
}

function askedIn({ role, text, files }: Step): Item[] {
  if (files.length === 0) return text ? [{ role, content: text }] : []
  const said = text ? [{ type: 'input_text', text }] : []
  return [{ role, content: [...said, ...files.map(toFile)] }]
}

/**
 * A reply: a message for each phase of what it said, encrypted reasoning, and calls. The API refuses
 * reasoning without the item that it led to, so only what stands right before a message or call is sent.
 */
function repliedIn({ role, parts }: Step, isDecided: IsDecided): Item[] {
  const items: Item[] = []
  const outputs: Item[] = []
  for (const part of parts) {
    const last = items.at(-1)
    if (part.type === 'text') {
      const { phase } = ofOpenai(part.providerMetadata)
      if (last?.role && last.phase === phase) last.content += part.text
      else if (part.text.trim()) items.push({ role, phase, content: part.text.trimStart() })
    } else if (part.type === 'tool-call') {
      const [call, output] = isDecided(part) ? decisionOn(part) : exchangeOf(part)
      if (call) items.push(call)
      if (output) outputs.push(output)
    } else {
      items.push(...keptFor<Item>('openaiResponses', part))
    }
  }
  const said = items.filter(({ type }, at) => type !== 'reasoning' || isLedTo(items[at + 1]))
  return [...said, ...outputs]
}

/** Whether it is a message or a call, to which reasoning may have led. */
function isLedTo(item: Item | undefined): boolean {
  return !!item && !/^(reasoning|compaction)$/.test(item.type ?? '')
}

/** A call, and what its tool returned. */
function exchangeOf(part: ToolCallPart): Item[] {
  if (!('answer' in part)) return []
  const { id: call_id, name, args, answer: output, callProviderMetadata } = part
  const { namespace, async, caller } = ofOpenai(callProviderMetadata)
  const call = { call_id, name, namespace, async, caller }
  const [kind, asked] =
    typeof args === 'string'
      ? ['custom_tool_call', { input: args }]
      : ['function_call', { arguments: JSON.stringify(args) }]
  return [
    { type: kind, ...call, ...asked },
    { type: `${kind}_output`, call_id, output, caller },
  ]
}

/** A call that the API runs itself once it is approved, and the decision. */
function decisionOn({ name, args, approval }: ToolCallPart): Item[] {
  const { id, serverLabel: server_label, approved: approve, reason } = approval!
  const call = { id, server_label, name, arguments: JSON.stringify(args ?? {}) }
  return [
    { type: 'mcp_approval_request', ...call },
    { type: 'mcp_approval_response', approval_request_id: id, approve, reason },
  ]
}

/** The API's further fields of a part, in the place where AI SDK keeps them too. */
function ofOpenai(metadata: ProviderMetadata | undefined): Record<string, unknown> {
  return (metadata?.openai ?? {}) as Record<string, unknown>
}

function toFile(file: FilePart): object {
  if (isImage(file)) return { type: 'input_image', image_url: fileUrl(file) }
  if (!fileData(file)) return { type: 'input_file', file_url: file.url }
  return { type: 'input_file', filename: file.name ?? 'file', file_data: fileUrl(file) }
}
