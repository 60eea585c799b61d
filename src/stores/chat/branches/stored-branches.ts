import type { ChatMessage } from '../../../protocols/message/message.js'
import type { WholeChat } from '../chat-seam.js'
import type { Chat } from '../chat-types.js'
import { createMessageTree, type Entry, type MessageTree, type Parents } from './message-tree.js'
import { isSameList } from '../../same-list.js'
import { isPresent } from '../storage/merge-messages.js'
import { packMessage, readTranscript, type Transcript } from '../storage/transcript.js'

/** What is saved of a chat with branches, in addition to the messages of the branch that was shown. */
interface StoredBranches {
  /** The messages of the other branches. */
  messages: unknown[]
  /** What each message followed when it came, in order; also of removed ones that others followed. */
  parents: [id: string, parentId?: string][]
}

/**
 * The branches of a chat for its storage, to which several tabs may add. `look` brings the tree up to
 * date with what the chat shows.
 */
export function storedBranches(chat: Chat, tree: MessageTree, look: () => void): WholeChat {
  let all: readonly ChatMessage[] = []
  /** The id of the last message of the branch that was shown last, in any tab. */
  let lastId: string | undefined
  /** The same, in this tab. */
  let ownLastId = chat.getInitialSnapshot().messages.at(-1)?.id
  /** This tab has shown another branch, or more of one, since it was saved: `lastId` is its own. */
  let hasMoved = false

  function shown(): readonly ChatMessage[] {
    return chat.getSnapshot().messages
  }

  return {
    messages() {
      look()
      const now = tree.entries().map(({ message }) => message)
      const last = shown().at(-1)?.id
      const isMove = last !== ownLastId
      if (isMove) lastId = ownLastId = last
      hasMoved ||= isMove
      if (isMove || !isSameList(now, all)) all = now
      return all
    },

    replace(messages) {
      const there = new Set(messages.map(({ id }) => id))
      // What a page begins with is not a branch that its user has chosen.
      const isInitial = shown() === chat.getInitialSnapshot().messages
      const own = isInitial ? undefined : shown().findLast(({ id }) => there.has(id))
      tree.replace(messages)
      const path = tree.through(own?.id, lastId, messages.at(-1)?.id)
      tree.leaveFor(path)
      chat.setMessages(path)
      ownLastId = path.at(-1)?.id
    },

    read(saved) {
      const { messages, branches } = saved
      const byId = new Map(messagesIn(saved).map((message) => [message.id, message]))
      const followed = messages.map(({ id }, index) => [id, messages[index - 1]?.id] as const)
      const { parents } = Object(branches) as Partial<StoredBranches>
      const order = Array.isArray(parents) ? parents.filter(Array.isArray) : []
      // What this tab knows is kept, because it is what this tab shows, unless another one has put a new
      // message before it.
      const isNew = (id?: string): boolean => id != null && !tree.parents.has(id)
      tree.note([...followed, ...order].filter(([id, parentId]) => isNew(id) || isNew(parentId)))
      // What this tab has shown since is newer than what another one has saved.
      if (!hasMoved) lastId = messages.at(-1)?.id ?? lastId
      const ordered = order.flatMap(([id]) => byId.get(id) ?? [])
      return [...new Set([...ordered, ...byId.values()])]
    },

    write(transcript) {
      hasMoved = false
      const merged = createMessageTree(tree.parents)
      merged.replace(transcript.messages)
      const entries = merged.entries()
      const path = merged.through(lastId, ownLastId, entries.at(-1)?.message.id)
      const shownIds = new Set(path.map(({ id }) => id))
      const others = entries.filter(({ message }) => !shownIds.has(message.id))
      if (others.length === 0) return { ...transcript, branches: undefined }
      const branches: StoredBranches = {
        messages: others.map(({ message }) => packMessage(message)),
        parents: [...ancestry(entries, tree.parents)],
      }
      return { ...transcript, messages: path, branches }
    },
  }
}

/** What each of these messages followed, and what the removed ones before it did. */
function ancestry(entries: readonly Entry[], parents: Parents): Map<string, string | undefined> {
  const listed = new Map<string, string | undefined>()
  for (const { message } of entries) {
    let at: string | undefined = message.id
    for (; at !== undefined && !listed.has(at); at = parents.get(at)) {
      listed.set(at, parents.get(at))
    }
  }
  return listed
}

/** All messages that were saved, of all branches. */
export function messagesIn({ messages, branches }: Transcript): ChatMessage[] {
  const others = Object(branches) as Partial<StoredBranches>
  if (!Array.isArray(others.messages)) return [...messages]
  return [...messages, ...readTranscript(others).messages]
}

/** Without the messages that were removed, in any branch. */
export function withoutGone(transcript: Transcript): Transcript {
  const { presence, changes, branches } = transcript
  const isThere = ({ id }: ChatMessage): boolean => isPresent(presence, id)
  const messages = transcript.messages.filter(isThere)
  const others = messagesIn({ ...transcript, messages: [] }).filter(isThere)
  if (others.length === 0) return { messages, presence, changes }
  return {
    messages,
    presence,
    changes,
    branches: { ...Object(branches), messages: others.map(packMessage) },
  }
}
