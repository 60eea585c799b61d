/** Any schedule over tabs that show stored conversations: nothing said is lost, nothing comes back, and all agree at last. */
import * as fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { settle } from '../../../support/clock.js'
import { byOthers } from './by-others.js'
import { ask, byUser, callAt, newText } from './by-user.js'
import { checkEnd, checkMoment, view } from './checks.js'
import { lives, type Life, type Step } from './life.js'
import type { SchedulePage } from './page.js'
import { createWorld, open, pass, tellAll, wake, type World } from './world.js'

async function take(world: World, step: Step): Promise<void> {
  const page = world.pages[step.tab % world.pages.length]!
  const { running } = world.server
  const user = byUser[step.do]
  if (user) {
    wake(world, page)
    await settle()
    await user(world, page, step.at)
  } else await byOthers[step.do]!(world, page, step.at, running[step.at % (running.length || 1)])
  await settle()
  if (!world.life.isHasty) await tellAll(world)
}

function isQuiet({ chat, queue, tools }: SchedulePage): boolean {
  const isBusy = chat.getSnapshot().isLoading || tools.getSnapshot().isRunning
  return !isBusy && queue.getSnapshot().length === 0
}

/** All is well again, and there is time. */
async function heal(world: World): Promise<void> {
  const { browser, server } = world
  browser.isFull = server.isDown = server.isRefusing = false
  for (const page of world.pages) wake(world, page)
  await comeToRest(world)
  if (!world.hasFailed) return
  // What could not be saved is saved with the next change.
  for (const page of world.pages) {
    ask(world, page, () => page.chat.sendMessage(newText(world)))
    await comeToRest(world)
  }
}

async function comeToRest(world: World): Promise<void> {
  const { server } = world
  let quiet = 0
  for (let round = 0; quiet < 3; round += 1) {
    expect(round, 'rounds until all is quiet').toBeLessThan(100)
    await pass(world, 2_000)
    for (const reply of server.running) {
      server.say(reply)
      server.finish(reply)
    }
    for (const page of world.pages) {
      page.act(() => page.tools.deny(callAt(page, 0)))
      if (!world.life.isHasty) await tellAll(world)
    }
    await pass(world, 100)
    quiet = world.pages.every(isQuiet) ? quiet + 1 : 0
  }
}

async function live(life: Life, note?: (line: string) => void): Promise<void> {
  const world = createWorld(life)
  open(world)
  await pass(world, 50)
  for (const step of life.steps) {
    await take(world, step)
    note?.(describe(world, step))
    checkMoment(world)
  }
  await heal(world)
  for (const page of world.pages)
    note?.(`${page.tab.name} ${page.key}\n    ${view(page).join('\n    ')}`)
  checkMoment(world)
  checkEnd(world)
  open(world)
  await comeToRest(world)
  checkMoment(world)
  checkEnd(world)
  for (const page of world.pages) page.kill()
  expect(world.server.open).toBe(0)
}

function describe(world: World, { do: what, tab, at }: Step): string {
  const time = world.browser.clock.now() - 1_000_000
  const pages = world.pages.map((page) => {
    const { isFrozen, isHidden, name } = page.tab
    const shown = page.chat.getSnapshot().messages.map(({ id, role, content, status, parts }) => {
      const calls = parts.flatMap((part) => (part.type === 'tool-call' ? part.state : []))
      return `${id.slice(8, 13)} ${role === 'user' ? content : `${status} ${calls}`}`
    })
    const flags = `${isFrozen ? ' frozen' : ''}${isHidden ? ' hidden' : ''}${page.chat.getSnapshot().isLoading ? ' loading' : ''}`
    return `    ${name} ${page.key}${flags}: ${shown.join(' | ')}`
  })
  const replies = world.server.replies.map(
    ({ number, state, readers }) => `${number} ${state} ${[...readers].map(({ tab }) => tab.name)}`,
  )
  return [`${time} ${what} tab ${tab} at ${at}   [${replies.join(', ')}]`, ...pages].join('\n')
}

/** The test of a file: so many schedules, of so many steps at most. */
export function testSchedules(numRuns: number, maxLength: number): void {
  afterEach(() => vi.unstubAllGlobals())

  test('whatever happens to the tabs of a conversation, nothing said is lost, nothing comes back, and all agree at last', async () => {
    const seed = Number(process.env['SEED'] ?? 1)
    const property = fc.asyncProperty(lives(maxLength), (given) => live(given))
    const result = await fc.check(property, { numRuns, seed })
    // Printed whole: what was expected is cut short, and with it the seed.
    if (result.failed) {
      console.error(fc.defaultReportMessage(result), result.errorInstance)
      await live(result.counterexample![0], (line) => console.log(line)).catch(() => {})
    }
    expect(result.failed).toBe(false)
  })
}
