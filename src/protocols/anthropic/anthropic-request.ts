import {
  fileData,
  isAnswered,
  isImage,
  keptFor,
  resultOf,
  stepsOf,
  withoutSystem,
  type AnsweredCall,
  type Step,
} from '../message/history.js'
import type { ChatMessage, FilePart, MessagePart, ToolCallPart } from '../message/message.js'
import type { ToolSpec } from '../types.js'

/** The conversation as `messages`, what the system says, and the tools. */
export function anthropicRequest(
  messages: readonly ChatMessage[],
  tools: readonly ToolSpec[] | undefined,
): object {
  const { system, others } = withoutSystem(messages)
  return {
    system,
    messages: stepsOf(others, ownBlock).flatMap(toMessages),
    tools: tools?.map(({ parameters, ...tool }) => ({ ...tool, input_schema: parameters })),
  }
}

interface Block {
  type: string
  text?: string
  tool_use_id?: string
  [more: string]: unknown
}

/** The API refuses a message without content, and one that ends in a thought. */
function toMessages(step: Step): object[] {
  const role = step.role === 'assistant' ? 'assistant' : 'user'
  const all = blocksOf(step)
    .reduce(withBlock, [])
    .filter(({ text }) => text?.trim() !== '')
  const content = all.slice(0, all.findLastIndex((block) => !isThought(block)) + 1)
  const answer = { role: 'user', content: step.calls.map(toResult) }
  return [{ role, content }, answer].filter((message) => message.content.length > 0)
}

/**
 * All that came has its place: a thought is only taken back after what stood before it, which may be
 * what the API's own tools gave. A call without its result is refused.
 */
function blocksOf(step: Step): Block[] {
  let isWhole = true
  const said = step.parts.flatMap((part) => {
    const blocks = toBlocks(part, step)
    if (part.type === 'tool-call' && blocks.length === 0) isWhole = false
    return blocks.filter((block) => isWhole || !isThought(block))
  })
  // Claude reads best what stands before the question about it.
  return [...step.files.map(toFileBlock), ...said]
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

/** The API refuses thinking without its signature. */
function toBlocks(part: MessagePart, step: Step): Block[] {
  switch (part.type) {
    case 'text':
      return [{ type: 'text', text: part.text }]
    case 'reasoning': {
      const { text, signature } = part
      return signature ? [{ type: 'thinking', thinking: text, signature }] : []
    }
    case 'tool-call':
      return isAnswered(part) || (ownBlock(part) && part.result !== undefined) ? [toUse(part)] : []
    case 'data':
      return keptFor<Block>('anthropic', part).flatMap((kept) => {
        const id = kept.tool_use_id
        if (!id) return [kept]
        const content = resultOf(id, step)
        return content === undefined ? [] : [{ ...kept, content }]
      })
  }
  return []
}

function toUse(call: ToolCallPart): Block {
  const { id, name, args } = call
  return { type: 'tool_use', ...ownBlock(call), id: toId(id), name, input: args ?? {} }
}

/** What the block of a call had besides id, name and input, where it came from this API. */
function ownBlock({ callProviderMetadata, providerExecuted }: ToolCallPart): object | undefined {
  const block = callProviderMetadata?.['anthropic'] as Record<string, unknown> | undefined
  if (!block?.['type']) return undefined
  // Who called may wait for a result that comes with a later reply: the API refuses it without.
  const { caller: _, ...rest } = block
  return providerExecuted ? block : rest
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
