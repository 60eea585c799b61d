/** The conversation, kept over a reload. */
import { StreamError } from 'brooklet'
import type { Chat, ChatMessage, StreamErrorCode } from 'brooklet'
import { readStored, writeStored } from '../../storage.js'

const storedAs = 'adventure'
const saveEvery = 500

export function keepConversation(chat: Chat): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  function save(): void {
    clearTimeout(timer)
    timer = undefined
    writeStored(storedAs, JSON.stringify(chat.getSnapshot().messages.map(toStored)))
  }
  chat.subscribe(() => {
    if (chat.getSnapshot().isLoading) timer ??= setTimeout(save, saveEvery)
    else save()
  })
  addEventListener('pagehide', save)
}

export function readConversation(): ChatMessage[] {
  try {
    const stored: unknown = JSON.parse(readStored(storedAs) ?? '[]')
    return Array.isArray(stored) ? stored.filter(isMessage).map(fromStored) : []
  } catch {
    return []
  }
}

interface StoredMessage {
  id: string
  role: ChatMessage['role']
  content: string
  status: ChatMessage['status']
  error?: { code: StreamErrorCode; message: string; hint?: string; status?: number }
  wasLeft?: boolean
  resumeUrl?: string
}

function toStored(reply: ChatMessage): StoredMessage {
  const { id, role, content, status, error, metadata, resumeUrl } = reply
  const { code, message, hint } = error ?? {}
  return {
    id,
    role,
    content,
    status,
    error: code && message ? { code, message, hint, status: error?.status } : undefined,
    wasLeft: (status === 'interrupted' && metadata?.wasLeft === true) || undefined,
    resumeUrl,
  }
}

/** A reply that was still coming when the page was left had not come to its end. */
function fromStored(stored: StoredMessage): ChatMessage {
  const { id, role, content, status, error, resumeUrl } = stored
  const wasLeft = stored.wasLeft === true || status === 'pending' || status === 'streaming'
  return {
    id,
    role,
    content,
    parts: [{ type: 'text', text: content }],
    status: wasLeft ? 'interrupted' : status,
    error: error && new StreamError(error.code, error.message, error),
    metadata: wasLeft ? { wasLeft } : undefined,
    resumeUrl,
  }
}

function isMessage(value: unknown): value is StoredMessage {
  const { id, role, content, status } = (value ?? {}) as Partial<Record<string, unknown>>
  return [id, role, content, status].every((field) => typeof field === 'string')
}
