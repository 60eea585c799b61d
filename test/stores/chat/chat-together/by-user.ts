/** What a user does on a page, and what must be there at last because of it. */
import type { ChatMessage } from '../../../../src/protocols/message/message.js'
import type { UserAct } from './acts.js'
import { callsIn, treeOf } from './oracle.js'
import type { ChatPage } from './page.js'
import { countOne, type World } from './world.js'

/** A page before its user does something. */
interface View {
  world: World
  page: ChatPage
  /** What is done is done to this one. */
  message: ChatMessage | undefined
  id: string
  /** The same of the calls that have no result. */
  callId: string
  /** What is said, if anything is: it is like nothing else. */
  text: string
  isLoading: boolean
}

const acts: Record<UserAct, (view: View) => void> = {
  send: (view) => say(view, view.page.queue.sendMessage(view.text)),
  'send at once': (view) => say(view, view.page.chat.sendMessage(view.text), !view.isLoading),
  interrupt: (view) => say(view, view.page.queue.interrupt(view.text)),
  edit(view) {
    const { page, message, id, text, isLoading } = view
    say(view, page.branches.editMessage(id, text), !isLoading && message?.role === 'user')
  },
  stop: ({ page }) => page.tools.stop(),
  'stop the reply': ({ page }) => page.chat.stop(),
  regenerate: (view) => begin(view, view.page.branches.regenerate(view.id)),
  'regenerate the last': (view) => begin(view, view.page.branches.regenerate()),
  resume(view) {
    const { chat } = view.page
    if (lastOf(view)?.error) begin(view, chat.resume())
  },
  'request a reply'(view) {
    const { chat, tools } = view.page
    const last = lastOf(view)
    const isElsewhere = last?.status === 'interrupted' && !last.error
    // While tools run, a page offers neither this nor another reply.
    if (last && !isElsewhere && !tools.getSnapshot().isRunning) begin(view, chat.requestReply())
  },
  previous: ({ page, id }) => page.branches.previous(id),
  next: ({ page, id }) => page.branches.next(id),
  approve({ world, page, callId }) {
    countOne(world.approvals, callId)
    page.tools.approve(callId)
  },
  deny: ({ page, callId }) => page.tools.deny(callId),
  answer: ({ page, callId }) => page.tools.answer(callId, 'answered'),
  remove: (view) => take(view, () => view.page.chat.removeMessage(view.id)),
  'drop the last': (view) =>
    take(view, () => view.page.chat.setMessages((all) => all.slice(0, -1))),
  'remove a queued one': ({ page: { queue } }) =>
    queue.removeQueued(queue.getSnapshot()[0]?.id ?? ''),
  like({ world, page, id }) {
    const metadata = { liked: world.userActs }
    const isIt = (each: ChatMessage): boolean => each.id === id && each.status === 'complete'
    page.chat.setMessages((all) => all.map((each) => (isIt(each) ? { ...each, metadata } : each)))
  },
  clear: (view) => take(view, () => view.page.chat.clear()),
  forget({ world, page }) {
    page.forget()
    world.said.clear()
  },
}

/** `at` chooses the message or the call that it is done to. */
export function actOfUser(world: World, page: ChatPage, what: UserAct, at: number): void {
  if (!page.isMounted) page.mount()
  world.userActs += 1
  const { messages, isLoading } = page.chat.getSnapshot()
  const message = messages[at % (messages.length || 1)]
  const calls = messages
    .flatMap(callsIn)
    .filter(({ state }) => state !== 'done' && state !== 'error')
  acts[what]({
    world,
    page,
    message,
    id: message?.id ?? '',
    callId: calls[at % (calls.length || 1)]?.id ?? '',
    text: `user ${world.userActs}.`,
    isLoading,
  })
}

/** Where it is interrupted without an error, another tab receives it. */
function lastOf({ page }: View): ChatMessage | undefined {
  return page.chat.getSnapshot().messages.at(-1)
}

function begin({ world, page }: View, asked: Promise<unknown>): void {
  world.watches.get(page)!.track(asked)
}

/** It must be there at last, unless it was not allowed, or waits still. */
function say(view: View, asked: Promise<unknown>, isAllowed = true): void {
  const { world, page, text } = view
  begin(view, asked)
  const isQueued = page.queue.getSnapshot().some(({ content }) => content === text)
  if (isAllowed && !isQueued) world.said.add(text)
}

/** What is gone then need not be there any more. */
function take({ world, page }: View, act: () => void): void {
  const before = treeOf(page)
  act()
  const there = treeOf(page).map(({ id }) => id)
  for (const { id, content } of before) if (!there.includes(id)) world.said.delete(content)
}
