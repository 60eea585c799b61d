import {
  answersIn,
  callWith,
  fileData,
  isImage,
  keptFor,
  partsOf,
  stepsOf,
  type AnsweredCall,
  type Step,
} from './history.js'
import type { ChatMessage, FilePart, MessagePart, ToolCallPart } from './message.js'

/** One message of ours as those of the API. `ids` are those of the calls that are sent before it. */
export function anthropicTurn(message: ChatMessage, ids: Set<string>): object[] {
  if (message.parts.some(isOwnCall)) return ownTurn(message, ids)
  return stepsOf([message], ids).flatMap(({ role, parts, files, calls }: Step) => {
    // Claude reads best what stands before the question about it.
    const content = [...files.map(toFileBlock), ...[...parts, ...calls].flatMap(toBlock)]
    return toMessages(role === 'assistant' ? role : 'user', content, calls)
  })
}

interface Block {
  type: string
  text?: string
  tool_use_id?: string
  [more: string]: unknown
}

/** The API refuses a message without content, and one that ends in a thought. */
function toMessages(role: string, blocks: Block[], calls: readonly AnsweredCall[]): object[] {
  const all = blocks.reduce(withBlock, []).filter(({ text }) => text?.trim() !== '')
  const content = all.slice(0, all.findLastIndex((block) => !isThought(block)) + 1)
  const answer = { role: 'user', content: calls.map(toResult) }
  return [{ role, content }, answer].filter((message) => message.content.length > 0)
}

function isThought({ type }: Block): boolean {
  return type.endsWith('thinking')
}

/** The API refuses a text of white space, which may be all that is between two sources. */
function withBlock(blocks: Block[], block: Block): Block[] {
  const last = blocks.at(-1)
  if (last?.text === undefined || block.text === undefined) blocks.push(block)
  else blocks.splice(-1, 1, { ...last, text: last.text + block.text })
  return blocks
}

/** Whether it came from this API, and not from another one before. */
function isOwnCall(part: MessagePart): boolean {
  return part.type === 'tool-call' && ownBlock(part) !== undefined
}

/** What its block had besides id, name and input. */
function ownBlock({ callProviderMetadata, providerExecuted }: ToolCallPart): object | undefined {
  const block = callProviderMetadata?.['anthropic'] as Record<string, unknown> | undefined
  if (!block?.['type']) return undefined
  // Who called may wait for a result that comes with a later reply: the API refuses it without.
  const { caller: _, ...rest } = block
  return providerExecuted ? block : rest
}

/**
 * A reply of this API, whose calls were all answered after it. All that came has its place: a thought
 * is only taken back after what stood before it, which may be what the API's own tools gave.
 */
function ownTurn(message: ChatMessage, ids: Set<string>): object[] {
  const parts = partsOf(message)
  const answers = answersIn(message, ids)
  const given = new Set(parts.map(resultId))
  let isWhole = true
  const content = parts.flatMap((part) => {
    if (part.type !== 'tool-call') {
      return withResult(part, message).filter((block) => isWhole || !isThought(block))
    }
    // The API refuses a call without its result, also of its own tools.
    if (answers.has(part) || given.has(part.id)) return toBlock(answers.get(part) ?? part)
    isWhole = false
    return []
  })
  return toMessages('assistant', content, [...answers.values()])
}

/** Of the result of a tool that the API ran: whose it is. */
function resultId(part: MessagePart): string | undefined {
  return kept(part)[0]?.tool_use_id
}

/** A result is in its call. */
function withResult(part: MessagePart, message: ChatMessage): Block[] {
  const call = callWith(resultId(part), message)
  return toBlock(part).map((block) => (call ? { ...block, content: call.result } : block))
}

function kept(part: MessagePart): Block[] {
  return keptFor('anthropic', part) as Block[]
}

/** The API refuses thinking without its signature. */
function toBlock(part: MessagePart): Block[] {
  if (part.type === 'tool-call') {
    const { id, name, args } = part
    return [{ type: 'tool_use', ...ownBlock(part), id: toId(id), name, input: args ?? {} }]
  }
  if (part.type === 'text') return [{ type: 'text', text: part.text }]
  if (part.type === 'reasoning' && part.signature) {
    return [{ type: 'thinking', thinking: part.text, signature: part.signature }]
  }
  return kept(part)
}

function toResult({ id, state, answer }: AnsweredCall): object {
  const is_error = state === 'error' || undefined
  return { type: 'tool_result', tool_use_id: toId(id), content: answer, is_error }
}

/** The API refuses ids with other characters, such as another backend's `functions.weather:0`. */
function toId(id: string): string {
  return id.replace(/[^\w-]/g, '_')
}

function toFileBlock(file: FilePart): Block {
  const source = sourceOf(file)
  return isImage(file) ? { type: 'image', source } : { type: 'document', source, title: file.name }
}

/** The API refuses text files in base64. */
function sourceOf(file: FilePart): object {
  const { mediaType: media_type, url } = file
  const data = fileData(file)
  if (!data) return { type: 'url', url }
  if (!media_type.startsWith('text/')) return { type: 'base64', media_type, data }
  return { type: 'text', media_type: 'text/plain', data: textIn(data) }
}

function textIn(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)))
}
