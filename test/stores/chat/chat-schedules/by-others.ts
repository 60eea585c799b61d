/** What the server and the browser do. */
import { settle } from '../../../support/clock.js'
import { checkSight } from './checks.js'
import type { Step } from './life.js'
import { toolNames, type SchedulePage } from './page.js'
import type { ServedReply } from './server.js'
import { forgetLikes, forgive, open, pass, wake, type World } from './world.js'

type Act = (world: World, page: SchedulePage, at: number, reply?: ServedReply) => unknown

const waits = [0, 1, 5, 20, 60, 300, 900, 1_100, 2_500, 6_000, 30_000, 200]

async function leave(world: World, page: SchedulePage, isTold: boolean): Promise<void> {
  if (!world.life.isHasty) await pass(world, 5_000)
  await settle()
  if (isTold) {
    page.act(() => world.browser.tell(page.tab, 'pagehide'))
    await settle()
  }
  forgive(world, page)
  world.mayRunAgain ||= world.life.isHasty
  page.kill()
  world.pages = world.pages.filter((each) => each !== page)
  await settle()
}

export const byOthers: Partial<Record<Step['do'], Act>> = {
  say: ({ server }, _page, _at, reply) => reply && server.say(reply),
  call: ({ server }, _page, at, reply) =>
    reply && server.call(reply, toolNames[at % toolNames.length]!),
  finish: ({ server }, _page, _at, reply) => reply && server.finish(reply),
  fail: ({ server }, _page, _at, reply) => reply && server.fail(reply),
  cut: ({ server }) => server.cut(),
  'go down'({ server }) {
    server.isDown = true
    server.cut()
  },
  refuse: ({ server }) => void (server.isRefusing = true),
  'come up': ({ server }) => void (server.isDown = server.isRefusing = false),
  restart: ({ server }) => server.restart(),
  open(world) {
    if (world.pages.length < 3) open(world)
  },
  async close(world, page) {
    await leave(world, page, true)
    if (world.pages.length === 0) open(world)
  },
  async reload(world, page) {
    await leave(world, page, true)
    open(world, page.key)
  },
  async kill(world, page) {
    await leave(world, page, false)
    if (world.pages.length === 0) open(world)
  },
  freeze: (world, page) => {
    const { tab } = page
    forgetLikes(world, page)
    tab.isHidden = true
    tab.isFrozen = true
  },
  thaw: (world, page) => wake(world, page),
  hide: (_, { tab }) => void (tab.isHidden = true),
  'show itself': (world, page) => wake(world, page),
  async 'leave and return'(world, page) {
    if (page.tab.isFrozen) return
    world.browser.tell(page.tab, 'pagehide')
    await settle()
    page.tab.isFrozen = page.tab.isHidden = true
    await pass(world, 1_300)
    wake(world, page)
  },
  async 'show another'(world, page) {
    wake(world, page)
    if (!world.life.isHasty) await pass(world, 5_000)
    forgive(world, page)
    world.mayDouble = true
    page.show(page.key === 'one' ? 'two' : 'one')
  },
  fill(world) {
    world.browser.isFull = true
    world.hasFailed = true
  },
  empty: ({ browser }) => void (browser.isFull = false),
  async wait(world, _page, at) {
    await pass(world, waits[at]!)
    if (waits[at]! >= 6_000) checkSight(world)
  },
}
