/** What a user does on a page, and what must be there at last because of it. */
import type { ChatMessage } from '../../../../src/protocols/message/message.js'
import { savedIds } from './checks.js'
import type { Step } from './life.js'
import type { SchedulePage } from './page.js'
import { settle } from '../../../support/clock.js'
import { countOne, leaveOpen, tellAll, type World } from './world.js'

export type UserAct = (world: World, page: SchedulePage, at: number) => unknown

/** What a user does on a page takes away what is not there any more afterwards. */
function takeAway(world: World, page: SchedulePage, act: () => void): void {
  const { removed, said } = world
  const before = page.all()
  page.act(act)
  const there = new Set(page.all().map(({ id }) => id))
  for (const { id } of before) {
    if (there.has(id)) continue
    removed.set(id, page.key)
    said.delete(id)
  }
}

function track(world: World, page: SchedulePage, act: () => Promise<unknown> | undefined): void {
  const waiting = world.waiting.get(page) ?? new Set()
  world.waiting.set(page, waiting)
  const promise = page.act(act)
  if (!promise) return
  waiting.add(promise)
  void promise.catch(() => {}).then(() => waiting.delete(promise))
}

/** A reply was asked for: to what was said last. */
export function ask(
  world: World,
  page: SchedulePage,
  act: () => Promise<unknown> | undefined,
): void {
  const wasLoading = page.chat.getSnapshot().isLoading
  track(world, page, act)
  const { messages, isLoading } = page.chat.getSnapshot()
  const last = messages.findLast(({ role }) => role === 'user')
  // Where all was forgotten just then, there is nothing to answer.
  if (!wasLoading && isLoading) countOne(world.asked, last?.content ?? '')
}

function messageAt(page: SchedulePage, at: number): ChatMessage | undefined {
  const { messages } = page.chat.getSnapshot()
  return messages[at % (messages.length || 1)]
}

export function callAt(page: SchedulePage, at: number, states = ['approval']): string {
  const calls = page.chat
    .getSnapshot()
    .messages.flatMap(({ parts }) => parts.filter((part) => part.type === 'tool-call'))
    .filter(({ state }) => states.includes(state))
  return calls[at % (calls.length || 1)]?.id ?? ''
}

export function newText(world: World): string {
  world.texts += 1
  return `said ${world.texts}.`
}

export const byUser: Partial<Record<Step['do'], UserAct>> = {
  send: (world, page) => ask(world, page, () => page.chat.sendMessage(newText(world))),
  queue(world, page) {
    const text = newText(world)
    countOne(world.asked, text)
    track(world, page, () => page.queue.sendMessage(text))
  },
  interrupt: (world, page) => {
    const text = newText(world)
    countOne(world.asked, text)
    track(world, page, () => page.queue.interrupt(text))
  },
  stop: (_, page) => page.act(() => page.tools.stop()),
  regenerate(world, page, at) {
    const { branches } = page
    if (branches) ask(world, page, () => branches.regenerate(messageAt(page, at)?.id))
    else takeAway(world, page, () => ask(world, page, () => page.chat.regenerate()))
  },
  edit: (world, page, at) =>
    ask(world, page, () =>
      page.branches?.editMessage(messageAt(page, at)?.id ?? '', newText(world)),
    ),
  previous: (_, page, at) => page.act(() => page.branches?.previous(messageAt(page, at)?.id ?? '')),
  next: (_, page, at) => page.act(() => page.branches?.next(messageAt(page, at)?.id ?? '')),
  remove: (world, page, at) =>
    takeAway(world, page, () => page.chat.removeMessage(messageAt(page, at)?.id ?? '')),
  /** Each once, so that nobody changes it again elsewhere. */
  like({ liked }, page, at) {
    const message = messageAt(page, at)
    if (message?.role !== 'user' || liked.has(message.id)) return
    const { id } = message
    liked.set(id, page)
    page.act(() =>
      page.chat.setMessages((all) =>
        all.map((each) => (each.id === id ? { ...each, metadata: { liked: true } } : each)),
      ),
    )
  },
  clear: (world, page) => takeAway(world, page, () => page.chat.clear()),
  async forget(world, page) {
    const ids = savedIds(world.browser.read(page.tab, page.key))
    const { key } = page
    for (const id of ids) world.removed.set(id, key)
    for (const id of ids) world.said.delete(id)
    const leaveRest = (): void => {
      world.forgottenAt.set(key, world.browser.clock.now())
      for (const [id, known] of world.said) if (known.key === key) leaveOpen(world, id)
    }
    // What is not saved yet goes as well, if it is while tabs are listened to.
    leaveRest()
    const done = page.forget(key).then(
      // Also what came while it was deleted, though it is heard of only later.
      leaveRest,
      () => {
        for (const id of ids) leaveOpen(world, id)
      },
    )
    await settle()
    if (!world.life.isHasty) await tellAll(world)
    void done
  },
  resume(_, page) {
    const last = page.chat.getSnapshot().messages.at(-1)
    if (last?.error) page.act(() => void page.chat.resume())
  },
  approve(_, page, at) {
    // Another tab may run it, or none any more.
    page.act(() => page.tools.approve(callAt(page, at, ['approval', 'running'])))
  },
  deny: (_, page, at) => page.act(() => page.tools.deny(callAt(page, at))),
}
