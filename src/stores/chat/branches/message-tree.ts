/**
 * The tree of a conversation and its branches. Only what each message followed when it came is kept, for
 * good: where that one is gone, it follows the nearest one before that is there. Siblings are the
 * messages that follow the same one, in the order in which they came.
 */
import type { ChatMessage } from '../../../protocols/message/message.js'

/** Where a message stands among those that are there in its place. */
export interface Siblings {
  /** Its place among them, from 0. */
  index: number
  /** How many there are, itself included. */
  count: number
}

export interface Entry {
  message: ChatMessage
  /** The id of the message before it, none for the first of a conversation. */
  parentId: string | undefined
}

/** By its id, what each message followed when it came; also of those that are gone. */
export type Parents = ReadonlyMap<string, string | undefined>

export interface MessageTree {
  readonly parents: Parents
  /** Says what messages followed when they came. None becomes its own ancestor, whatever broken data say. */
  note(parents: Iterable<readonly [id: string, parentId?: string | undefined]>): void
  /** The conversation is this now: adds what is new, and forgets what is gone from the path shown before. */
  show(path: readonly ChatMessage[]): void
  /** Leaves the path as it was, and shows this one from now on: nothing is forgotten. */
  leaveFor(path: readonly ChatMessage[]): void
  /** Adds what was saved, in its order; what is here already stays as it is. Without its parent, a message is a first one. */
  add(saved: readonly Entry[]): void
  /** All messages are these from now on, in this order: which path is shown, `leaveFor` says. */
  replace(messages: readonly ChatMessage[]): void
  /** A message came further without being shown. */
  update(message: ChatMessage): void
  siblings(): Map<string, Siblings>
  /** The path through the sibling so many places further, `undefined` where there is none. */
  beside(id: string, distance: number): ChatMessage[] | undefined
  /** The path from the first message to the one that was shown last below this one; empty where there is no such message. */
  through(id: string): ChatMessage[]
  /** All messages, each after its parent. */
  entries(): Entry[]
}

export function createMessageTree(known?: Parents): MessageTree {
  const parents = new Map(known)
  /** Those that are there, in the order in which they came. */
  let nodes = new Map<string, ChatMessage>()
  /** Of the messages after each, the one that was shown last. */
  const nextIds = new Map<string, string>()
  let shown: readonly string[] = []

  function parentOf(id: string): string | undefined {
    let at = parents.get(id)
    while (at !== undefined && !nodes.has(at)) at = parents.get(at)
    return at
  }

  /** Of messages that follow each other in a circle, which broken data may say, one is a first one. */
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

  function through(id: string): ChatMessage[] {
    const path: ChatMessage[] = []
    if (!nodes.has(id)) return path
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
      // Where nothing of it is left, it is another conversation.
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
      nodes = new Map(saved.map(({ message }) => [message.id, own.get(message.id) ?? message]))
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
      if (!nodes.has(id)) return undefined
      const all = childrenByParent().get(parentOf(id))!
      const other = all[all.indexOf(id) + distance]
      return other === undefined ? undefined : through(other)
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
