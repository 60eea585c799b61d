/** What has happened in the tabs, to hold them against, and how time goes on for them. */
import type { ChatMessage, MessagePart } from '../../../../src/protocols/message/message.js'
import { createScheduleBrowser, type ScheduleBrowser } from './browser.js'
import type { Life } from './life.js'
import { openSchedulePage, type SchedulePage } from './page.js'
import { createScheduleServer, type ScheduleServer } from './server.js'

export interface Known {
  key: string
  text: string
}

/** What has happened, to hold the tabs against. */
export interface World {
  readonly life: Life
  readonly browser: ScheduleBrowser
  readonly server: ScheduleServer
  pages: SchedulePage[]
  /** What users have said, by the id of the message: it has to be there at last. */
  readonly said: Map<string, Known>
  /** What users have taken away, by its id: it must not be there at last. */
  readonly removed: Map<string, string>
  /** By the id of each message that somebody has liked, where: that has to be seen at last. */
  readonly liked: Map<string, SchedulePage>
  /** What may be there at last or not: a tab that was gone in haste has taken it away, for one. */
  readonly open: Set<string>
  /** By key, when the conversation was forgotten last: what was said before may still be heard of. */
  readonly forgottenAt: Map<string, number>
  /** By what was said, how often a reply to it was asked for. */
  readonly asked: Map<string, number>
  readonly runs: Map<string, number>
  /** By page, what was promised and has not settled. */
  readonly waiting: Map<SchedulePage, Set<object>>
  /** Something could not be saved. */
  hasFailed: boolean
  /** A tab may have missed that another one went on: the one exception that the documents name. */
  mayDouble: boolean
  /** A tab was gone before it could save that a tool had run. */
  mayRunAgain: boolean
  texts: number
  /** Found where nothing can be thrown. */
  readonly problems: string[]
}

export function countOne(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

export function createWorld(life: Life): World {
  const browser = createScheduleBrowser(life)
  return {
    life,
    browser,
    server: createScheduleServer({ ...life, run: browser.run }),
    pages: [],
    said: new Map(),
    removed: new Map(),
    liked: new Map(),
    open: new Set(),
    forgottenAt: new Map(),
    asked: new Map(),
    runs: new Map(),
    waiting: new Map(),
    hasFailed: false,
    mayDouble: false,
    mayRunAgain: false,
    texts: 0,
    problems: [],
  }
}

export function open(world: World, key = 'one'): SchedulePage {
  const { browser, server, life, runs } = world
  const page = openSchedulePage(
    browser,
    server,
    { hasBranches: life.hasBranches, onRun: (id) => countOne(runs, id) },
    key,
  )
  world.pages.push(page)
  watch(world, page)
  return page
}

const settledStates = ['complete', 'stopped', 'error']

/** Whatever a tab shows that the user has said has to stay. What is settled stays as it is. */
function watch(world: World, page: SchedulePage): void {
  const settled = new Map<string, { message: ChatMessage; json: string }>()
  page.chat.subscribe(() => {
    const { messages } = page.chat.getSnapshot()
    if (!page.key) return
    for (const message of messages) {
      const { id, role, content, status, createdAt = 0 } = message
      const isOver = createdAt < (world.forgottenAt.get(page.key) ?? 0)
      if (role === 'user' && !isOver && !world.removed.has(id) && !world.open.has(id))
        world.said.set(id, { key: page.key, text: content })
      if (role === 'user' || !settledStates.includes(status)) continue
      const before = settled.get(id)
      if (before?.message === message) continue
      const answers = message.parts.map((part) => (isAnswered(part) ? part : ''))
      const json = JSON.stringify({ status, content, answers })
      // Where two tabs may receive the same reply, or know nothing of each other, it may end in two ways.
      const isOne = world.life.hasLocks && !world.mayDouble && !world.hasFailed
      if (isOne && before && !isSameOrMore(before.json, json))
        world.problems.push(`${page.tab.name}: ${before.json} became ${json}`)
      settled.set(id, { message, json })
    }
  })
}

function isAnswered(part: MessagePart): boolean {
  return part.type === 'tool-call' && (part.state === 'done' || part.state === 'error')
}

/** A call may have got its answer. */
function isSameOrMore(before: string, now: string): boolean {
  const [one, other] = [before, now].map((json) => JSON.parse(json) as { answers: unknown[] })
  const answers = other!.answers.map((each, index) => one!.answers[index] && each)
  return JSON.stringify({ ...other, answers }) === before
}

export async function pass({ browser }: World, milliseconds: number): Promise<void> {
  await browser.clock.advance(milliseconds)
}

/** All know of what has happened. */
export function tellAll(world: World): Promise<void> {
  return pass(world, 50 + 5 * Math.max(0, ...world.life.latencies))
}

export function leaveOpen({ said, removed, open }: World, id: string): void {
  said.delete(id)
  removed.delete(id)
  open.add(id)
}

/**
 * A tab that is gone in haste takes with it what no other tab has heard of; so does one that is gone while
 * another one is frozen, which when it wakes may overwrite that before it hears of it.
 */
export function forgive(world: World, page: SchedulePage): void {
  const others = world.pages.filter((each) => each !== page && each.key === page.key)
  const mayMiss = world.life.isHasty || others.some(({ tab }) => tab.isFrozen)
  if (!mayMiss && !world.hasFailed) return
  const known = new Set(others.flatMap((each) => each.all().map(({ id }) => id)))
  for (const [id, { key }] of world.said) {
    if (key === page.key && !known.has(id)) world.said.delete(id)
  }
  for (const [id, key] of world.removed) if (key === page.key) leaveOpen(world, id)
  forgetLikes(world, page)
}

/** During a reply a like is saved with that, and a tab that is frozen or gone before that never does. */
export function forgetLikes({ liked }: World, page: SchedulePage): void {
  for (const [id, by] of liked) if (by === page) liked.delete(id)
}

/** A page on which its user does something is shown, and awake. */
export function wake({ browser }: World, page: SchedulePage): void {
  const { tab } = page
  if (tab.isFrozen) {
    browser.thaw(tab)
    browser.tell(tab, 'pageshow')
  }
  if (tab.isHidden) {
    tab.isHidden = false
    browser.tell(tab, 'visibilitychange')
  }
}
