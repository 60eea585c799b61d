/** What holds at any moment, and what at last. */
import { expect } from 'vitest'
import type { ChatMessage } from '../../../../src/protocols/message/message.js'
import type { SchedulePage } from './page.js'
import type { ScheduleServer } from './server.js'
import { countOne, type World } from './world.js'

export function savedIds(json: string | undefined): string[] {
  const { messages = [], branches } = JSON.parse(json ?? '{}') as {
    messages?: ChatMessage[]
    branches?: { messages: ChatMessage[] }
  }
  return [...messages, ...(branches?.messages ?? [])].map(({ id }) => id)
}

export function view(page: SchedulePage): string[] {
  const lines = page
    .all()
    .map(({ id, status, parts, ...rest }) =>
      JSON.stringify([id, 'parentId' in rest ? rest.parentId : '', status, parts]),
    )
  return page.branches ? lines.toSorted() : lines
}

export function checkEnd(world: World): void {
  const { pages, said, removed, liked, server, life, runs, asked } = world
  for (const key of new Set(pages.map((page) => page.key))) {
    const [first, ...others] = pages.filter((page) => page.key === key)
    for (const other of others) expect(view(other), 'another tab').toEqual(view(first!))
    const there = first!.all()
    const ids = there.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const lost = [...said].filter(([id, known]) => known.key === key && !ids.includes(id))
    expect(lost, 'lost').toEqual([])
    expect(
      ids.filter((id) => removed.get(id) === key),
      'come back',
    ).toEqual([])
    expect(savedIds(world.browser.saved(key)).toSorted(), 'saved').toEqual(ids.toSorted())
    for (const { id, metadata } of there) {
      if (liked.has(id)) expect(metadata, `liked ${id}`).toEqual({ liked: true })
    }
    for (const { status, content } of there) {
      if (status !== 'complete' || !/^\d/.test(content)) continue
      expect(content, 'as it was sent').toBe(server.replies[Number.parseInt(content, 10)]!.text)
    }
    if (!life.canResume || !life.hasLocks) continue
    const left = first!.chat.getSnapshot().messages.at(-1)
    if (left?.status === 'interrupted' && left.resumeUrl) {
      expect(left.error, `left ${left.id}`).toBeDefined()
    }
  }
  for (const page of pages) expect([...(world.waiting.get(page) ?? [])], 'promises').toEqual([])
  const mayRunAgain = world.mayDouble || world.mayRunAgain || world.hasFailed
  const isSafe = life.hasLocks && !mayRunAgain
  // Of what follows tools nothing is known where a question is gone, or where a call got two answers in haste.
  const isClear = isSafe && !life.isHasty && removed.size === 0
  for (const [post, times] of countedPosts(server)) {
    const [question, after] = post.split('+')
    if (after !== '0' && !isClear) continue
    expect(times, `POSTs of ${post}`).toBeLessThanOrEqual(asked.get(question!) ?? 0)
  }
  if (isSafe) for (const [id, times] of runs) expect(times, `runs of ${id}`).toBe(1)
}

/** By what was asked, and after how many messages since: how often. */
function countedPosts({ posts }: ScheduleServer): Map<string, number> {
  const counts = new Map<string, number>()
  for (const post of posts) countOne(counts, post)
  return counts
}

export function checkMoment(world: World): void {
  expect(world.problems).toEqual([])
  expect(world.browser.isEndless).toBe(false)
  const { server, life } = world
  // Where a storage refuses, a tab cannot know who has gone on with a reply.
  if (!life.hasLocks || life.isHasty || world.mayDouble || world.hasFailed) return
  for (const { number, readers } of server.replies) {
    expect(readers.size, `readers of ${number}`).toBeLessThan(2)
  }
}

/** What one tab receives, those that are awake have seen after a while. */
export function checkSight({ life, pages, hasFailed, removed, open: maybe }: World): void {
  // What is forgotten in haste may have been said after that.
  if (hasFailed || life.isHasty) return
  for (const page of pages) {
    const { isLoading, reply } = page.chat.getSnapshot()
    const isListed = page.chat.getSnapshot().messages.some(({ id }) => id === reply?.id)
    const isGone = removed.has(reply?.id ?? '') || maybe.has(reply?.id ?? '')
    if (!isLoading || !isListed || isGone || page.tab.isFrozen) continue
    for (const other of pages) {
      const isAway = other.tab.isFrozen || other.chat.getSnapshot().isLoading
      if (isAway || other.key !== page.key) continue
      const seen = other.all().find(({ id }) => id === reply!.id)
      expect(seen?.content, `${other.tab.name} sees ${reply!.id}`).toBe(reply!.content)
    }
  }
}
