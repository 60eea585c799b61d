/** What holds at any moment for a chat with all its additions, and what its server may be asked. */
import { expect } from 'vitest'
import type { ChatMessage, ToolCallPart } from '../../../../src/protocols/message/message.js'
import type { Call } from '../chat-support.js'
import type { ChatPage } from './page.js'
import type { Reply, ReplyServer } from './server.js'

export type TreeMessage = ChatMessage & { parentId?: string }

/** The messages of all branches. */
export function treeOf({ branches }: ChatPage): readonly TreeMessage[] {
  return branches.save().messages as TreeMessage[]
}

export function callsIn({ parts }: ChatMessage): ToolCallPart[] {
  return parts.filter((part) => part.type === 'tool-call')
}

function expectNoneTwice(all: readonly unknown[]): void {
  expect([...new Set(all)]).toEqual(all)
}

/** Of each reply that it consists of, all that was sent until then, and of a whole one all. */
function expectAsSent(message: ChatMessage, replies: readonly Reply[]): void {
  const said = [...message.content.matchAll(/(\d+)\.(\d+) /g)].map(([, reply, index]) => [
    Number(reply),
    Number(index),
  ])
  const numbers = [...new Set(said.map(([number]) => number!))]
  const expected = numbers.flatMap((number, place) => {
    const { length } = said.filter(([reply]) => reply === number)
    const reply = replies[number]!
    const words = reply.said.flatMap((each, index) => ('word' in each ? [[number, index]] : []))
    // Where it went on after its tools, that may have brought no words.
    const isOne = place === 0 && message.continuedAt === undefined
    const isWhole = message.status === 'complete' && isOne
    if (isWhole) expect(reply.isOver).toBe(true)
    return isWhole ? words : words.slice(0, length)
  })
  expect(said).toEqual(expected)
  expect(message.content).toBe(said.map((each) => `${each.join('.')} `).join(''))
  expectNoneTwice(callsIn(message).map(({ id }) => id))
}

/** Each message after one that is there, its siblings counted right, and nothing said twice. */
function expectTree(page: ChatPage): void {
  const all = treeOf(page)
  const ids = all.map(({ id }) => id)
  expectNoneTwice(ids)
  expectNoneTwice(all.flatMap(({ role, content }) => (role === 'user' ? [content] : [])))
  for (const { parentId } of all) expect([undefined, ...ids]).toContain(parentId)
  const siblings = page.branches.getSnapshot()
  for (const { id } of page.chat.getSnapshot().messages) {
    const parentId = all.find((each) => each.id === id)!.parentId
    const beside = all.filter((each) => each.parentId === parentId).map((each) => each.id)
    expect(siblings.get(id)).toEqual({ index: beside.indexOf(id), count: beside.length })
  }
}

/** A request says nothing twice. */
export function expectRequest({ method, body }: Call): void {
  if (method !== 'POST') return
  expectNoneTwice(JSON.stringify(body).match(/\d+\.\d+ |user \d+\./g) ?? [])
}

interface OpenaiMessage {
  role: string
  content: string | null
  tool_calls?: { id: string }[]
  tool_call_id?: string
}

/** No empty reply, and each call once, with one answer right after it. Returns the answers by call. */
export function answersIn({ body }: Call): Map<string, string> {
  const answers = new Map<string, string>()
  let open: string[] = []
  for (const message of (body as { messages: OpenaiMessage[] }).messages) {
    if (message.role === 'tool') {
      expect(open).toContain(message.tool_call_id)
      open = open.filter((id) => id !== message.tool_call_id)
      answers.set(message.tool_call_id!, message.content!)
      continue
    }
    expect(open).toEqual([])
    open = message.tool_calls?.map(({ id }) => id) ?? []
    expect(message.content || open.length).toBeTruthy()
  }
  expect(open).toEqual([])
  return answers
}

/** Looks at a page at each publication and whenever it is told to. */
export interface Watch {
  look(): void
  track(promise: Promise<unknown>): void
  /** Those of the promises that have not settled. */
  readonly waiting: readonly object[]
  /** The requests since this was asked last. */
  newCalls(): Call[]
}

export function watchPage(page: ChatPage, { replies, isOpen }: ReplyServer): Watch {
  const { chat, queue } = page
  const settled = new Map<string, ChatMessage>()
  const waiting = new Set<object>()
  let seen = 0
  let failure: unknown

  function lookAtChat(): void {
    const { messages, reply, status, isLoading, streamingContent } = chat.getSnapshot()
    expect(isLoading).toBe(status === 'submitted' || status === 'streaming')
    expect(streamingContent).toBe(reply?.content ?? '')
    expectNoneTwice(messages.map(({ id }) => id))
    const there = new Set(treeOf(page).map(({ id }) => id))
    for (const id of settled.keys()) if (!there.has(id)) settled.delete(id)
    for (const message of messages) {
      if (message.role === 'assistant') expectAsSent(message, replies)
      const before = settled.get(message.id)
      // An interrupted one may be another tab's, which goes on there.
      const isSettled = before && message.status !== 'interrupted'
      if (isLoading && message === reply) settled.delete(message.id)
      else {
        if (isSettled && before !== message) expect(message).not.toStrictEqual(before)
        settled.set(message.id, message)
      }
    }
  }

  chat.subscribe(() => {
    try {
      lookAtChat()
    } catch (error) {
      failure ??= error
    }
  })

  return {
    look() {
      if (failure) throw failure
      lookAtChat()
      expectTree(page)
      if (chat.getSnapshot().isLoading) return
      expect(page.calls.filter(isOpen)).toEqual([])
      if (queue.getSnapshot().length === 0) expect([...waiting]).toEqual([])
    },
    track(promise) {
      waiting.add(promise)
      void promise.catch(() => {}).then(() => waiting.delete(promise))
    },
    get waiting() {
      return [...waiting]
    },
    newCalls() {
      const calls = page.calls.slice(seen)
      seen = page.calls.length
      return calls
    },
  }
}
