/** A conversation as it is saved: format 1. Reading it, anything may come. */
import { text } from '../../../protocols/json/json.js'
import type { ChatMessage, MessagePart } from '../../../protocols/message/message.js'
import { textOf } from '../../../protocols/message/message.js'
import { packError, readError } from '../../../plain-error.js'
import type { Presence } from './merge-messages.js'

export const transcriptVersion = 1

export interface Transcript {
  messages: readonly ChatMessage[]
  presence: Presence
  /** How many times a message was changed in place, for those that ever were. */
  changes?: ReadonlyMap<string, number>
  /** What `messages` leaves out if the chat has branches: JSON that only `stored-branches.ts` reads. */
  branches?: unknown
}

/** A transcript as JSON. */
export interface StoredTranscript {
  messages: unknown[]
  presence?: [id: string, count: number][]
  changes?: [id: string, count: number][]
  branches?: unknown
}

type Fields = Record<string, unknown>

const roles: unknown[] = ['user', 'assistant', 'system']
const statuses: unknown[] = ['pending', 'streaming', 'complete', 'stopped', 'interrupted', 'error']

/** The fields of a part that have to be text. */
const textFields = new Map<MessagePart['type'], string[]>([
  ['text', ['text']],
  ['reasoning', ['text']],
  ['tool-call', ['id', 'name', 'argsText', 'state']],
  ['file', ['mediaType']],
  ['data', ['name']],
])

export function packTranscript(transcript: Transcript): StoredTranscript {
  const { messages, presence, changes, ...rest } = transcript
  return {
    messages: messages.map(packMessage),
    presence: presence.size > 0 ? [...presence] : undefined,
    changes: changes?.size ? [...changes] : undefined,
    ...rest,
  }
}

export function packMessage(message: ChatMessage): object {
  return message.error ? { ...message, error: packError(message.error) } : message
}

/** Reads a transcript, or an array of messages that a page may have saved by itself. */
export function readTranscript(data: unknown, complain?: (problem: string) => void): Transcript {
  const record = (Array.isArray(data) ? { messages: data } : data) as Partial<StoredTranscript>
  if (!Array.isArray(record?.messages)) throw new TypeError('there are no messages')
  const { presence, changes } = record
  const read = record.messages.flatMap((value, index) => readMessage(value, index, complain) ?? [])
  return {
    // Messages with the same id are one message.
    messages: [...new Map(read.map((message) => [message.id, message])).values()],
    presence: counts(presence),
    changes: counts(changes),
    branches: record.branches,
  }
}

function counts(saved: unknown): Map<string, number> {
  const entries: unknown[] = Array.isArray(saved) ? saved : []
  return new Map(entries.filter(Array.isArray) as [string, number][])
}

function readMessage(
  value: unknown,
  index: number,
  complain?: (problem: string) => void,
): ChatMessage | undefined {
  const message = (value ?? {}) as Fields
  if (!roles.includes(message.role)) {
    complain?.(
      `Expected a message of user, assistant or system, the role is ${JSON.stringify(message.role)}`,
    )
    return undefined
  }
  const parts = readParts(message)
  const { id, status, error, resumeUrl } = message
  return {
    ...(message as Partial<ChatMessage>),
    id: text(id) || `message-${index + 1}`,
    role: message.role as ChatMessage['role'],
    content: textOf(parts),
    parts,
    status: statuses.includes(status) ? (status as ChatMessage['status']) : 'complete',
    error: readError(error),
    resumeUrl: text(resumeUrl) || undefined,
  }
}

function readParts({ parts, content }: Fields): MessagePart[] {
  const read: MessagePart[] = Array.isArray(parts) ? parts.filter(isPart) : []
  return textOf(read) || !content ? read : [{ type: 'text', text: text(content) }, ...read]
}

/** A part without the text fields of its type could be neither shown nor sent. */
function isPart(part: Fields | null): boolean {
  const type = part?.type as MessagePart['type']
  return ['type', ...(textFields.get(type) ?? [])].every((key) => typeof part?.[key] === 'string')
}
