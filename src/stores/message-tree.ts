/**
 * The tree of a conversation and its branches. Only the parent of each message is kept: siblings are
 * the messages with the same parent, in the order in which they came.
 */
import type { ChatMessage } from '../protocols/message.js'

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

interface Node extends Entry {
  /** Of the messages after it, the one that was shown last. */
  nextId?: string
}

export interface MessageTree {
  /** The conversation is this now: adds what is new, and forgets what is gone from the path shown before. */
  show(path: readonly ChatMessage[]): void
  /** Leaves the path as it was, and shows this one from now on: nothing is forgotten. */
  leaveFor(path: readonly ChatMessage[]): void
  /** Adds what was saved, in its order; what is here already stays as it is. Without its parent, a message is a first one. */
  add(saved: readonly Entry[]): void
  /** All messages are these from now on, in this order: which path is shown, `leaveFor` says. */
  replace(entries: readonly Entry[]): void
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

export function createMessageTree(): MessageTree {
  /** In the order in which they came. A parent is always in it, and none is its own ancestor. */
  const nodes = new Map<string, Node>()
  let shown: readonly string[] = []

  function put(message: ChatMessage, parentId: string | undefined): void {
    const node = nodes.get(message.id)
    if (node) Object.assign(node, { message, parentId })
    else nodes.set(message.id, { message, parentId })
  }

  function forget(id: string): void {
    const { parentId } = nodes.get(id)!
    nodes.delete(id)
    for (const node of nodes.values()) if (node.parentId === id) node.parentId = parentId
  }

  function show(path: readonly ChatMessage[]): void {
    const messages = new Map(path.map((message) => [message.id, message]))
    const gone = shown.filter((id) => !messages.has(id))
    // Where nothing of it is left, it is another conversation.
    if (gone.length > 0 && gone.length === shown.length) nodes.clear()
    else gone.forEach(forget)
    let parentId: string | undefined
    for (const [id, message] of messages) {
      put(message, parentId)
      if (parentId !== undefined) nodes.get(parentId)!.nextId = id
      parentId = id
    }
    shown = [...messages.keys()]
  }

  /** Of messages that follow each other in a circle, which broken data may say, one is a first one. */
  function cutCircles(): void {
    const rooted = new Set<string | undefined>([undefined])
    for (const id of nodes.keys()) {
      const walked = new Set<string>()
      for (let at = id; !rooted.has(at); at = nodes.get(at)!.parentId!) {
        walked.add(at)
        if (walked.has(nodes.get(at)!.parentId!)) nodes.get(at)!.parentId = undefined
      }
      for (const each of walked) rooted.add(each)
    }
  }

  function childrenOf(parentId: string | undefined): string[] {
    return [...nodes].filter(([, node]) => node.parentId === parentId).map(([id]) => id)
  }

  function childrenByParent(): Map<string | undefined, string[]> {
    const children = new Map<string | undefined, string[]>()
    for (const [id, { parentId }] of nodes) {
      const siblings = children.get(parentId)
      if (siblings) siblings.push(id)
      else children.set(parentId, [id])
    }
    return children
  }

  function through(id: string): ChatMessage[] {
    const path: ChatMessage[] = []
    for (let node = nodes.get(id); node; node = nodes.get(node.parentId!))
      path.unshift(node.message)
    for (let next = below(id); next !== undefined; next = below(next)) {
      path.push(nodes.get(next)!.message)
    }
    return path
  }

  function below(id: string): string | undefined {
    const nextId = nodes.get(id)?.nextId
    return nodes.get(nextId!)?.parentId === id ? nextId : childrenOf(id).at(-1)
  }

  return {
    show,
    leaveFor(path) {
      shown = path.map(({ id }) => id)
    },
    add(saved) {
      const own = new Map(nodes)
      nodes.clear()
      for (const { message, parentId } of saved) {
        const isKnown = nodes.has(parentId!)
        nodes.set(
          message.id,
          own.get(message.id) ?? { message, parentId: isKnown ? parentId : undefined },
        )
      }
      for (const [id, node] of own) nodes.set(id, node)
    },
    replace(entries) {
      const own = new Map(nodes)
      nodes.clear()
      for (const { message, parentId } of entries) {
        const nextId = own.get(message.id)?.nextId
        nodes.set(message.id, { message, parentId, nextId })
      }
      cutCircles()
    },
    update(message) {
      const node = nodes.get(message.id)
      if (node) node.message = message
    },
    siblings() {
      const children = childrenByParent()
      return new Map(
        shown.map((id) => {
          const all = children.get(nodes.get(id)!.parentId)!
          return [id, { index: all.indexOf(id), count: all.length }]
        }),
      )
    },
    beside(id, distance) {
      const node = nodes.get(id)
      if (!node) return undefined
      const all = childrenOf(node.parentId)
      const other = all[all.indexOf(id) + distance]
      return other === undefined ? undefined : through(other)
    },
    through,
    entries() {
      const children = childrenByParent()
      const entries: Entry[] = []
      const waiting = [...(children.get(undefined) ?? [])]
      for (const id of waiting) {
        const { message, parentId } = nodes.get(id)!
        entries.push({ message, parentId })
        waiting.push(...(children.get(id) ?? []))
      }
      return entries
    },
  }
}
