/** What a browser does to its pages, network and storage. */
import type { BrowserAct } from './acts.js'
import type { ChatPage } from './page.js'
import { closePage, forgetUnsaved, openPage, type World } from './world.js'

const acts: Record<BrowserAct, (world: World, page: ChatPage) => void | Promise<void>> = {
  mount: (_, page) => {
    if (!page.isMounted) page.mount()
  },
  unmount({ life }, page) {
    // Where there is another tab, that one receives the reply too, and both run its tools on return.
    if (life.mostTabs === 1) page.unmount()
  },
  async reload(world, page) {
    await leave(world, page)
    openPage(world)
  },
  'open a tab'(world) {
    if (world.pages.length < world.life.mostTabs) openPage(world)
  },
  async 'close a tab'(world, page) {
    if (world.pages.length > 1) await leave(world, page)
  },
  crash,
  async 'go and come back'({ browser }, page) {
    page.page('pagehide')
    await browser.pass(1_000)
    page.page('pageshow')
  },
  sleep({ browser }, page) {
    browser.clock.skip(600_000)
    page.page('visibilitychange')
  },
  hide({ browser }) {
    browser.isHidden = true
  },
  show,
  'lose the network'({ browser }) {
    browser.clock.offline = true
  },
  'find the network': findNetwork,
  'fill the storage': (world) =>
    spoilStorage(world, (storage) => {
      storage.isFull = true
    }),
  'block the storage': (world) =>
    spoilStorage(world, (storage) => {
      storage.isBlocked = true
    }),
  'delete the storage': (world) => spoilStorage(world, (storage) => storage.forget()),
  'free the storage': freeStorage,
  'a moment': () => {},
  'a second': ({ browser }) => browser.pass(1_000),
  'a minute': ({ browser }) => browser.pass(60_000),
}

export async function actOfBrowser(world: World, page: ChatPage, what: BrowserAct): Promise<void> {
  await acts[what](world, page)
  await world.browser.pass(10)
}

/** The page is told, and has a moment. */
async function leave(world: World, page: ChatPage): Promise<void> {
  await world.browser.pass(200)
  page.page('pagehide')
  await world.browser.pass(200)
  await closePage(world, page)
  if (world.hasFailed) forgetUnsaved(world)
}

async function crash(world: World, page: ChatPage): Promise<void> {
  if (!world.life.isRough) return
  await closePage(world, page)
  // A tab that was about to save overwrites what this one has said last.
  await world.browser.pass(200)
  forgetUnsaved(world)
  world.isSure = false
  openPage(world)
}

function spoilStorage(world: World, spoil: (storage: World['browser']['storage']) => void): void {
  if (!world.life.isRough) return
  world.hasFailed = true
  spoil(world.browser.storage)
  forgetUnsaved(world)
}

/** All that was lost is there again. */
export function findAll(world: World): void {
  freeStorage(world)
  for (const page of world.pages) if (!page.isMounted) page.mount()
  findNetwork(world)
  show(world)
}

function freeStorage({ browser: { storage } }: World): void {
  storage.isFull = storage.isBlocked = false
}

function findNetwork({ browser, pages }: World): void {
  browser.clock.offline = false
  for (const page of pages) page.page('online')
}

function show({ browser, pages }: World): void {
  browser.isHidden = false
  for (const page of pages) page.page('visibilitychange')
}
