/**
 * The tree of a conversation and its branches. It keeps for good which message each one followed when it
 * came. If that is removed, the message follows the nearest of its ancestors that is there. Siblings are
 * the messages that follow the same one, in the order in which they came.
 */
import type { ChatMessage } from '../../../protocols/message/message.js'

/** The place of a message among its siblings, which follow the same message as it does. */
export interface Siblings {
  /** Its index among them, from 0. */
  index: number
  /** How many there are, itself included. */
  count: number
}

export interface Entry {
  message: ChatMessage
  /** The id of the message before it, none for the first of a conversation. */
  parentId: string | undefined
}

/** By the id of each message, also of removed ones: the id of the one that it followed when it came. */
export type Parents = ReadonlyMap<string, string | undefined>

export interface MessageTree {
  readonly parents: Parents
  /** Records what messages followed when they came. If broken data have a circle, it is cut. */
  note(parents: Iterable<readonly [id: string, parentId?: string | undefined]>): void
  /** The conversation is this now: adds what is new, and removes what is gone from the path shown before. */
  show(path: readonly ChatMessage[]): void
  /** Shows another path from now on, without removing anything of the one shown before. */
  leaveFor(path: readonly ChatMessage[]): void
  /**
   * Adds what was saved, in its order; messages that are here already stay as they are. A message whose
   * parent is missing is a first one.
   */
  add(saved: readonly Entry[]): void
  /** Replaces all messages, in this order. Then `leaveFor` has to say which path is shown. */
  replace(messages: readonly ChatMessage[]): void
  /** Replaces a message that has changed without being shown. */
  update(message: ChatMessage): void
  siblings(): Map<string, Siblings>
  /** The path through the sibling `distance` places further; empty if there is none. */
  beside(id: string, distance: number): ChatMessage[]
  /**
   * The path from the first message through the first of these that is there, and on as it was last
   * shown; empty if none is.
   */
  through(...ids: (string | undefined)[]): ChatMessage[]
  /** All messages, each after its parent. */
  entries(): Entry[]
}

export function createMessageTree(known?: Parents): MessageTree {
  const parents = new Map(known)
  /** The messages that are there, in the order in which they came. */
  let nodes = new Map<string, ChatMessage>()
  /** By the id of each message: which of those that follow it was shown last. */
  const nextIds = new Map<string, string>()
  let shown: readonly string[] = []

  function parentOf(id: string): string | undefined {
    let at = parents.get(id)
    while (at !== undefined && !nodes.has(at)) at = parents.get(at)
    return at
  }

  /** In broken data messages may follow each other in a circle: then one of them becomes a first one. */
  function cutCircles(): void {
    const rooted = new Set<string | undefined>([undefined])
    for (const id of parents.keys()) {
      const walked = new Set<string>()
      for (let at = id; !rooted.has(at); at = parents.get(at)!) {
        walked.add(at)
        if (walked.has(parents.get(at)!)) parents.set(at, undefined)
      }
      for (const each of walked) rooted.add(each)
    }
  }

  function childrenByParent(): Map<string | undefined, string[]> {
    const children = new Map<string | undefined, string[]>()
    for (const id of nodes.keys()) {
      const parentId = parentOf(id)
      const siblings = children.get(parentId)
      if (siblings) siblings.push(id)
      else children.set(parentId, [id])
    }
    return children
  }

  function through(...ids: (string | undefined)[]): ChatMessage[] {
    const path: ChatMessage[] = []
    const id = ids.find((each) => each !== undefined && nodes.has(each))
    if (id === undefined) return path
    for (let at: string | undefined = id; at !== undefined; at = parentOf(at)) {
      path.unshift(nodes.get(at)!)
    }
    const children = childrenByParent()
    for (let next = below(id, children); next !== undefined; next = below(next, children)) {
      path.push(nodes.get(next)!)
    }
    return path
  }

  function below(id: string, children: ReadonlyMap<string | undefined, string[]>) {
    const all = children.get(id) ?? []
    return all.find((each) => each === nextIds.get(id)) ?? all.at(-1)
  }

  return {
    parents,
    note(given) {
      for (const [id, parentId] of given) parents.set(id, parentId ?? undefined)
      cutCircles()
    },
    show(path) {
      const messages = new Map(path.map((message) => [message.id, message]))
      const gone = shown.filter((id) => !messages.has(id))
      // If nothing of the shown path is left, it is another conversation.
      if (gone.length > 0 && gone.length === shown.length) nodes.clear()
      for (const id of gone) nodes.delete(id)
      for (const [id, message] of messages) nodes.set(id, message)
      let previous: string | undefined
      for (const id of messages.keys()) {
        if (!parents.has(id) || parentOf(id) !== previous) parents.set(id, previous)
        if (previous !== undefined) nextIds.set(previous, id)
        previous = id
      }
      shown = [...messages.keys()]
    },
    leaveFor(path) {
      shown = path.map(({ id }) => id)
    },
    add(saved) {
      const own = nodes
      nodes = new Map(saved.map(({ message }) => [message.id, message]))
      for (const [id, message] of own) nodes.set(id, message)
      for (const { message, parentId } of saved) {
        if (!own.has(message.id)) parents.set(message.id, parentId)
      }
      cutCircles()
    },
    replace(messages) {
      nodes = new Map(messages.map((message) => [message.id, message]))
    },
    update(message) {
      if (nodes.has(message.id)) nodes.set(message.id, message)
    },
    siblings() {
      const children = childrenByParent()
      return new Map(
        shown.map((id) => {
          const all = children.get(parentOf(id))!
          return [id, { index: all.indexOf(id), count: all.length }]
        }),
      )
    },
    beside(id, distance) {
      if (!nodes.has(id)) return []
      const all = childrenByParent().get(parentOf(id))!
      return through(all[all.indexOf(id) + distance])
    },
    through,
    entries() {
      const children = childrenByParent()
      const ids = [...(children.get(undefined) ?? [])]
      for (const id of ids) ids.push(...(children.get(id) ?? []))
      return ids.map((id) => ({ message: nodes.get(id)!, parentId: parentOf(id) }))
    },
  }
}
