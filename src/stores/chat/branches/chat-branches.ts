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

/** By the id of each message that is shown: its index among its siblings, and how many there are. */
export type BranchesSnapshot = ReadonlyMap<string, Siblings>

/** The branches of a conversation. */
export interface ChatBranches extends Store<BranchesSnapshot> {
  /**
   * Sends something else in place of a user's message, and requests a reply. The old message and all that
   * followed it are kept, as a sibling. With a text, the new message has the files of the old one. Resolves
   * and rejects as `sendMessage` does, and with `invalid-option` if no user's message has this id.
   */
  editMessage: (id: string, content: string | Omit<UserInput, 'id'>) => Promise<string>
  /**
   * Requests another reply in place of the one with this id, or of the last one. The old reply and all
   * that followed it are kept, as a sibling. Resolves and rejects as `sendMessage` does.
   */
  regenerate: (id?: string) => Promise<string>
  /** Shows the sibling before this message, and what followed it. Does nothing for the first one. */
  previous: (id: string) => void
  /** Shows the sibling after this message, and what followed it. Does nothing for the last one. */
  next: (id: string) => void
  /** Returns all branches as plain data, for `JSON.stringify` and a later `restore`. */
  save: () => SavedBranches
  /**
   * Adds the branches that were saved. The chat goes on showing its conversation; if that is empty, it
   * shows the one that was shown then. What cannot be read is left out.
   */
  restore: (saved: SavedBranches) => void
}

/** All branches as plain data. */
export interface SavedBranches {
  /** All messages, each with the id of the one before it. */
  messages: readonly object[]
  /** The id of the last message of the conversation that was shown. */
  lastId?: string | undefined
}

type SavedMessage = ChatMessage & { parentId: string | undefined }

/**
 * The branches of a conversation: they keep what an edit or a new reply would replace. A chat has one
 * tree of them, which every call returns. Messages that the page removes are removed from the tree too,
 * and `clear()` empties it.
 *
 * Another branch may be shown while a reply is received: the reply goes on in its own.
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
    // Only if it is new: meanwhile another tab may have changed a reply that is not shown here.
    if (reply && reply !== received) tree.update((received = reply))
    siblings = keepSame(siblings, tree.siblings())
    return siblings
  })

  const seam = seamOf(chat)
  seam.whole = storedBranches(chat, tree, store.getSnapshot)
  seam.onWhole?.()

  function show(path: readonly ChatMessage[]): void {
    tree.leaveFor(path)
    chat.setMessages(path)
  }

  /** Shows the messages before this index: their path is that of a reply that is requested right after. */
  function branchOff(index: number): void {
    const { messages, isLoading } = chat.getSnapshot()
    // The chat will refuse.
    if (isLoading) return
    seam.isAsking = true
    show(messages.slice(0, index))
    seam.isAsking = false
  }

  function showBeside(id: string, distance: number): void {
    const path = tree.beside(id, distance)
    if (path.length > 0) show(path)
  }

  const editMessage: ChatBranches['editMessage'] = (id, content) => {
    const { messages } = chat.getSnapshot()
    const index = messages.findIndex((message) => message.id === id)
    const edited = messages[index]
    if (edited?.role !== 'user') return refuseUnknown('user’s message', id)
    branchOff(index)
    return chat.sendMessage(typeof content === 'string' ? withText(edited, content) : content)
  }

  const regenerate: ChatBranches['regenerate'] = (id) => {
    const { messages } = chat.getSnapshot()
    const index =
      id === undefined
        ? lastAnswer(messages)
        : messages.findIndex((message) => message.id === id && message.role === 'assistant')
    if (index < 1) return refuseUnknown('reply', id ?? 'the last')
    branchOff(index)
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
      const read = readMessages(saved)
      tree.add(read.map(({ parentId, ...message }) => ({ message, parentId })))
      const { messages } = chat.getSnapshot()
      show(messages.length > 0 ? messages : tree.through(saved?.lastId, read.at(-1)?.id))
    },
  }
}

/** The index at which the reply to the last user's message is, or would be; 0 if there is none. */
function lastAnswer(messages: readonly ChatMessage[]): number {
  return messages.findLastIndex(({ role }) => role === 'user') + 1
}

/** The message with another text. */
function withText({ parts, metadata }: ChatMessage, content: string): UserInput {
  const others = parts.filter(({ type }) => type !== 'text')
  return { content, parts: [{ type: 'text', text: content }, ...others], metadata }
}

/** Data that is broken, or of another version, is left out. */
function readMessages(saved: SavedBranches): SavedMessage[] {
  if (!Array.isArray(saved?.messages)) return []
  return readTranscript(saved).messages as SavedMessage[]
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
