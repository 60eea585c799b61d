import { fileData, isImage } from '../message/files.js'
import {
  isAnswered,
  keptFor,
  resultOf,
  stepsOf,
  withoutSystem,
  type AnsweredCall,
  type Step,
} from '../message/history.js'
import type { ChatMessage, FilePart, MessagePart, ToolCallPart } from '../message/message.js'
import type { ToolSpec } from '../types.js'
import { programsIn, type Programs } from './anthropic-programs.js'

/** The request's fields for the conversation (`messages`, `system`, `container`) and for the tools. */
export function anthropicRequest(
  messages: readonly ChatMessage[],
  tools: readonly ToolSpec[] | undefined,
): object {
  const { system, others } = withoutSystem(messages)
  const programs = programsIn(messages)
  return {
    system,
    container: programs.container,
    messages: stepsOf(others, ownBlock).flatMap((step) => toMessages(step, programs)),
    tools: tools?.map(({ parameters, ...tool }) => ({ ...tool, input_schema: parameters })),
  }
}

interface Block {
  type: string
  text?: string
  tool_use_id?: string
  [more: string]: unknown
}

interface OwnBlock {
  type?: string
  caller?: { tool_id?: string }
}

/** The API refuses a message without content, and one that ends in thinking. */
function toMessages(step: Step, programs: Programs): object[] {
  const role = step.role === 'assistant' ? 'assistant' : 'user'
  const all = blocksOf(step, programs)
    .reduce(withBlock, [])
    .filter(({ text }) => text?.trim() !== '')
  const content = all.slice(0, all.findLastIndex((block) => !isThought(block)) + 1)
  const answer = { role: 'user', content: step.calls.map(toResult) }
  return [{ role, content }, answer].filter((message) => message.content.length > 0)
}

/**
 * Every block stays in its place, because the API accepts thinking only after what came before it, such
 * as the results of its own tools. A call without a result, which it refuses, is left out, and then all
 * thinking after it.
 */
function blocksOf(step: Step, programs: Programs): Block[] {
  let isWhole = true
  const said = step.parts.flatMap((part) => {
    const blocks = toBlocks(part, step, programs)
    if (part.type === 'tool-call' && blocks.length === 0) isWhole = false
    return blocks.filter((block) => isWhole || !isThought(block))
  })
  // Claude works best with files that stand before the question about them.
  return [...step.files.map(toFileBlock), ...said]
}

function isThought({ type }: Block): boolean {
  return type.endsWith('thinking')
}

/** Joins texts: the API refuses one of white space, which may be all that stands between two sources. */
function withBlock(blocks: Block[], block: Block): Block[] {
  const last = blocks.at(-1)
  if (last?.text === undefined || block.text === undefined) blocks.push(block)
  else blocks.splice(-1, 1, { ...last, text: last.text + block.text })
  return blocks
}

/** The API refuses thinking without its signature. */
function toBlocks(part: MessagePart, step: Step, programs: Programs): Block[] {
  switch (part.type) {
    case 'text':
      return [{ type: 'text', text: part.text }]
    case 'reasoning': {
      const { text, signature } = part
      return signature ? [{ type: 'thinking', thinking: text, signature }] : []
    }
    case 'tool-call':
      return isAnswered(part) || (ownBlock(part) && programs.has(part.id))
        ? [toUse(part, programs)]
        : []
    case 'data':
      return keptFor<Block>('anthropic', part).flatMap((kept) => {
        const id = kept.tool_use_id
        if (!id) return [kept]
        const content = kept.content ?? resultOf(id, step)
        return programs.has(id) ? [{ ...kept, content }] : []
      })
  }
  return []
}

/** The API refuses a `caller`, another call, without that call. */
function toUse(call: ToolCallPart, programs: Programs): Block {
  const { id, name, args } = call
  const { caller, ...block } = ownBlock(call) ?? {}
  const by = caller && programs.has(caller.tool_id) ? { caller } : {}
  return { type: 'tool_use', ...block, ...by, id: toId(id), name, input: args ?? {} }
}

/** What the block of a call had besides id, name and input, where it came from this API. */
function ownBlock({ callProviderMetadata }: ToolCallPart): OwnBlock | undefined {
  const block = callProviderMetadata?.['anthropic'] as OwnBlock | undefined
  return block?.type ? block : undefined
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
