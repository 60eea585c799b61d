import type { ChatMessage } from '../../../protocols/message/message.js'
import { seamOf } from '../chat-seam.js'
import type { Chat, UserInput } from '../chat-types.js'
import { deriveStore } from '../../derived-store.js'
import { createMessageTree, type Siblings } from './message-tree.js'
import { perChat } from '../per-chat.js'
import type { Store } from '../../publisher.js'
import { refuse } from '../../refuse.js'
import { storedBranches } from './stored-branches.js'
import { packMessage, readTranscript } from '../storage/transcript.js'

/** For each message of the conversation that is shown, where it stands among its siblings. */
export type BranchesSnapshot = ReadonlyMap<string, Siblings>

/** The branches of a conversation. */
export interface ChatBranches extends Store<BranchesSnapshot> {
  /**
   * Says something else in place of a user's message, and asks for a reply. The message and all that
   * followed it stay, as a sibling. A text keeps the files of the message. Resolves and rejects as
   * `sendMessage` does; `invalid-option` where the conversation has no such user's message.
   */
  editMessage: (id: string, content: string | Omit<UserInput, 'id'>) => Promise<string>
  /**
   * Asks again for a reply, the last one unless another is named. The reply that was there stays, as
   * a sibling, with all that followed it. Resolves and rejects as `sendMessage` does.
   */
  regenerate: (id?: string) => Promise<string>
  /** Shows the sibling before this message, and what followed it. At the first one it does nothing. */
  previous: (id: string) => void
  /** Shows the sibling after this message, and what followed it. At the last one it does nothing. */
  next: (id: string) => void
  /** For `JSON.stringify`, and `restore` later. */
  save: () => SavedBranches
  /**
   * Adds the branches that were saved. A conversation that the chat shows already stays; an empty one
   * becomes the one that was shown. What cannot be read is left out.
   */
  restore: (saved: SavedBranches) => void
}

/** All branches as plain data. */
export interface SavedBranches {
  /** Each with the id of the message before it. */
  messages: readonly object[]
  /** The last message of the conversation that was shown. */
  lastId?: string
}

type SavedMessage = ChatMessage & { parentId: string | undefined }

/**
 * Keeps what an edit or a new reply would replace, as branches of the conversation. A chat has one
 * tree, however often it is asked for. A message that the page itself takes away is gone from it,
 * and `clear()` empties it.
 *
 * Another branch may be shown while a reply streams: the reply goes on in its own.
 *
 * @example
 * ```ts
 * import { branchesOf, createChat } from 'brooklet/core'
 *
 * const chat = createChat({ url: '/api/chat' })
 * const branches = branchesOf(chat)
 * await chat.sendMessage('A poem about the sea')
 * await branches.regenerate()
 * const last = chat.getSnapshot().messages.at(-1)!
 * console.log(branches.getSnapshot().get(last.id)) // { index: 1, count: 2 }
 * branches.previous(last.id)
 * ```
 */
export const branchesOf: (chat: Chat) => ChatBranches = perChat(createBranches)

function createBranches(chat: Chat): ChatBranches {
  const tree = createMessageTree()
  let siblings: BranchesSnapshot = new Map()
  let received: ChatMessage | undefined

  const store = deriveStore(chat, ({ messages, reply }): BranchesSnapshot => {
    tree.show(messages)
    // Only what is new: another tab may have changed a reply that is not shown here.
    if (reply && reply !== received) tree.update((received = reply))
    siblings = keepSame(siblings, tree.siblings())
    return siblings
  })

  const seam = seamOf(chat)
  seam.whole = storedBranches(chat, tree, store.getSnapshot)
  seam.onWhole?.()

  /** The conversation, and where the message is in it. */
  function find(id: string): { messages: readonly ChatMessage[]; index: number } {
    const { messages } = chat.getSnapshot()
    return { messages, index: messages.findIndex((message) => message.id === id) }
  }

  function show(path: readonly ChatMessage[]): void {
    tree.leaveFor(path)
    chat.setMessages(path)
  }

  /** Shows the path that a reply is asked for right after. */
  function branchOff(path: readonly ChatMessage[]): void {
    seam.isAsking = true
    show(path)
    seam.isAsking = false
  }

  function showBeside(id: string, distance: number): void {
    const path = tree.beside(id, distance)
    if (path) show(path)
  }

  const editMessage: ChatBranches['editMessage'] = (id, content) => {
    const { messages, index } = find(id)
    const edited = messages[index]
    if (edited?.role !== 'user') return refuseUnknown('user’s message', id)
    // While a reply streams, the chat refuses.
    if (!chat.getSnapshot().isLoading) branchOff(messages.slice(0, index))
    return chat.sendMessage(typeof content === 'string' ? withText(edited, content) : content)
  }

  const regenerate: ChatBranches['regenerate'] = (id) => {
    const { messages, isLoading } = chat.getSnapshot()
    const index = id === undefined ? lastAnswer(messages) : find(id).index
    if (index < 1 || (id !== undefined && messages[index]!.role !== 'assistant')) {
      return refuseUnknown('reply', id ?? 'the last')
    }
    if (!isLoading) branchOff(messages.slice(0, index))
    return chat.requestReply()
  }

  return {
    ...store,
    editMessage,
    regenerate,
    previous: (id) => showBeside(id, -1),
    next: (id) => showBeside(id, 1),
    save: () => ({
      messages: tree
        .entries()
        .map(({ message, parentId }) => ({ ...packMessage(message), parentId })),
      lastId: chat.getSnapshot().messages.at(-1)?.id,
    }),
    restore(saved) {
      tree.add(readMessages(saved).map(({ parentId, ...message }) => ({ message, parentId })))
      const { messages } = chat.getSnapshot()
      show(messages.length > 0 ? messages : tree.through(saved?.lastId ?? ''))
    },
  }
}

/** Where the reply to the last user's message is, or would be; 0 where there is none. */
function lastAnswer(messages: readonly ChatMessage[]): number {
  return messages.findLastIndex(({ role }) => role === 'user') + 1
}

/** With another text, and all else that the message had. */
function withText({ parts, metadata }: ChatMessage, content: string): UserInput {
  const others = parts.filter(({ type }) => type !== 'text')
  return { content, parts: [{ type: 'text', text: content }, ...others], metadata }
}

/** Data that is broken, or of another version, is left out. */
function readMessages(saved: SavedBranches): SavedMessage[] {
  if (!Array.isArray(saved?.messages)) return []
  return readTranscript(saved, () => {}).messages as SavedMessage[]
}

/** The old objects where nothing has changed, so that `memo` works. */
function keepSame(before: BranchesSnapshot, now: Map<string, Siblings>): BranchesSnapshot {
  let isSame = before.size === now.size
  for (const [id, { index, count }] of now) {
    const known = before.get(id)
    if (known?.index === index && known.count === count) now.set(id, known)
    else isSame = false
  }
  return isSame ? before : now
}

function refuseUnknown(what: string, id: string): Promise<never> {
  return refuse('invalid-option', `Expected a ${what} of the conversation, there is no ${id}`)
}
