import type { ChatMessage } from '../protocols/message.js'
import type { WholeChat } from './chat-seam.js'
import type { Chat } from './chat-types.js'
import { createMessageTree, type Entry, type MessageTree } from './message-tree.js'
import { isSameList } from './same-list.js'
import { packMessage, readTranscript, type Transcript } from './transcript.js'

/** What is saved of a chat with branches besides the messages of the branch that was shown. */
interface StoredBranches {
  /** Those of the other branches. */
  messages: unknown[]
  /** What each message followed when it came, in order; also of those that are gone but were followed. */
  parents: [id: string, parentId?: string][]
}

/**
 * The branches of a chat for its storage, where several tabs add to them. What a message followed
 * when it came holds for good: whichever tab takes that one away, it then follows the one before it.
 * `look` brings the tree up to what the chat shows.
 */
export function storedBranches(chat: Chat, tree: MessageTree, look: () => void): WholeChat {
  /** By its id, what each message followed when it came; also of those that are gone. */
  const parents = new Map<string, string | undefined>()
  let all: readonly ChatMessage[] = []
  /** The last message of the branch that was shown last, in whichever tab. */
  let lastId: string | undefined
  /** The same, in this tab. */
  let ownLastId = chat.getInitialSnapshot().messages.at(-1)?.id
  /** This tab has shown another branch, or more of one, since it was saved: `lastId` is its own. */
  let hasMoved = false

  function shown(): readonly ChatMessage[] {
    return chat.getSnapshot().messages
  }

  /** The messages, each with the nearest one before it that is among them. */
  function entriesOf(messages: readonly ChatMessage[]): Entry[] {
    const there = new Set(messages.map(({ id }) => id))
    return messages.map((message) => ({ message, parentId: parentAmong(there, message.id) }))
  }

  function parentAmong(there: ReadonlySet<string>, id: string): string | undefined {
    for (const each of lineOf(parents.get(id))) if (there.has(each)) return each
    return undefined
  }

  /** A message, what it followed, what that one followed, and so on. Broken data may have a circle. */
  function* lineOf(id: string | undefined): Generator<string, void> {
    const seen = new Set<string>()
    for (let at = id; at !== undefined && !seen.has(at); at = parents.get(at)) {
      seen.add(at)
      yield at
    }
  }

  /** What the messages followed, and those that are gone before them. */
  function parentsOf(entries: readonly Entry[]): Map<string, string | undefined> {
    const listed = new Map<string, string | undefined>()
    for (const { message } of entries) {
      for (const id of lineOf(message.id)) {
        if (listed.has(id)) break
        listed.set(id, parents.get(id))
      }
    }
    return listed
  }

  /** Adds what this tab has shown since. */
  function note(): void {
    look()
    const entries = tree.entries()
    const last = shown().at(-1)?.id
    const isSame =
      last === ownLastId && isSameList(entries, all, ({ message }, known) => message === known)
    if (isSame) return
    all = entries.map(({ message }) => message)
    const known = entriesOf(all)
    for (const [at, { message, parentId }] of entries.entries()) {
      const isKnown = parents.has(message.id) && known[at]!.parentId === parentId
      if (!isKnown) parents.set(message.id, parentId)
    }
    if (last === ownLastId) return
    lastId = ownLastId = last
    hasMoved = true
  }

  return {
    messages() {
      note()
      return all
    },

    replace(messages) {
      const there = new Set(messages.map(({ id }) => id))
      // What a page begins with is not a branch that its user has chosen.
      const isBegun = shown() !== chat.getInitialSnapshot().messages
      const own = isBegun ? shown().findLast(({ id }) => there.has(id)) : undefined
      tree.replace(entriesOf(messages))
      const path = firstPath(tree, [own?.id, lastId, messages.at(-1)?.id])
      tree.leaveFor(path)
      chat.setMessages(path)
      ownLastId = path.at(-1)?.id
    },

    read(saved) {
      const { messages, branches } = saved
      const byId = new Map(messagesIn(saved).map((message) => [message.id, message]))
      let previous: string | undefined
      for (const { id } of messages) {
        if (!parents.has(id)) parents.set(id, previous)
        previous = id
      }
      const { parents: listed } = Object(branches) as Partial<StoredBranches>
      const order = Array.isArray(listed) ? listed.filter(Array.isArray) : []
      for (const [id, parentId] of order) parents.set(id, parentId ?? undefined)
      // What this tab has shown since comes after what another one has saved.
      if (!hasMoved) lastId = previous ?? lastId
      const ordered = order.flatMap(([id]) => byId.get(id) ?? [])
      return [...new Set([...ordered, ...byId.values()])]
    },

    write(transcript) {
      hasMoved = false
      const merged = createMessageTree()
      merged.replace(entriesOf(transcript.messages))
      const entries = merged.entries()
      const path = firstPath(merged, [lastId, ownLastId, entries.at(-1)?.message.id])
      const shownIds = new Set(path.map(({ id }) => id))
      const others = entries.filter(({ message }) => !shownIds.has(message.id))
      if (others.length === 0) return { ...transcript, branches: undefined }
      const branches: StoredBranches = {
        messages: others.map(({ message }) => packMessage(message)),
        parents: [...parentsOf(entries)],
      }
      return { ...transcript, messages: path, branches }
    },
  }
}

/** All messages that were saved, of all branches. */
export function messagesIn({ messages, branches }: Transcript): ChatMessage[] {
  const others = Object(branches) as Partial<StoredBranches>
  if (!Array.isArray(others.messages)) return [...messages]
  return [...messages, ...readTranscript(others, () => {}).messages]
}

/** The path through the first of these messages that is there. */
function firstPath(tree: MessageTree, ids: readonly (string | undefined)[]): ChatMessage[] {
  const id = ids.find((each) => tree.through(each ?? '').length > 0)
  return tree.through(id ?? '')
}
