/** What a request says, whatever its protocol. */
import { toolNames } from '../adventure/asks.js'
import type { Answers } from '../adventure/asks.js'
import { list, text, words } from './json.js'
import type { Json } from './json.js'

export interface Heard {
  turns: readonly Turn[]
  /** Names of the tools that the game master may call. */
  tools: readonly string[]
  /** What the page calls the conversation, where its protocol has a word for it. */
  thread?: string
}

/** What the player has said, and what the page answered to the game master's calls after it. */
export interface Turn {
  said: string
  files: number
  answers: Answers
}

export type Item = { said: string; files?: number } | { answerTo: string; answer: string }

/** The tools where a request has no place for them: those that the server knows its page to have, or none. */
export const known = toolNames
export const none: readonly string[] = []

export function hear(items: readonly Item[], tools: readonly string[]): Heard {
  const turns: Turn[] = []
  for (const item of items) {
    if ('said' in item) turns.push({ said: item.said, files: item.files ?? 0, answers: {} })
    else {
      const last = turns.at(-1)
      if (last) last.answers = { ...last.answers, [item.answerTo]: item.answer }
    }
  }
  return { turns, tools }
}

/** Calls have ids of the server's own making, so that they tell what was called. */
export function callId(turn: number, name: string): string {
  return `call_${turn}_${name}`
}

export function toolOf(id: unknown): string {
  return text(id).replace(/^call_\d+_/, '')
}

/** A body with `messages` as OpenAI has them. */
export function hearMessages(body: Json, tools: readonly string[]): Heard {
  return hear(list(body?.messages).flatMap(messageItem), tools)
}

/** A message as OpenAI has it, and its many relatives. */
export function messageItem(message: Json): Item[] {
  const content = textIn(message?.content)
  const role = text(message?.role) || text(message?.type)
  if (role === 'user' || role === 'human') return [{ said: content, files: filesIn(message!) }]
  if (role !== 'tool') return []
  const id = message?.tool_call_id ?? message?.toolCallId ?? message?.tool_name
  return [{ answerTo: toolOf(id), answer: content }]
}

/** Text, or the text in blocks. */
export function textIn(content: Json): string {
  if (!Array.isArray(content)) return content ? words(content) : ''
  return list(content)
    .map((block) => text(block?.text))
    .join('')
}

/** Of blocks, those that are no text. */
export function filesAmong(blocks: Json): number {
  return list(blocks).filter((block) => block?.text === undefined).length
}

/** Some APIs have them beside the content. */
function filesIn({ content, images, experimental_attachments }: NonNullable<Json>): number {
  const beside = [...list(images), ...list(experimental_attachments)]
  return filesAmong(content) + beside.length
}

/** The names in a list of tools, wherever the API puts them. */
export function offered(tools: Json): string[] {
  return list(tools).map((tool) => text(tool?.name ?? tool?.function?.name))
}
