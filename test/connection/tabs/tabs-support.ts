import { afterEach, beforeEach } from 'vitest'
import { createBrowser, type FakeBrowser, type FakeTab } from './fake-browser.js'

type BrowserOptions = Parameters<typeof createBrowser>[0]

/** The browser of the test that runs. */
export let browser: FakeBrowser
let uninstall: () => void

/** Begins each test of a file in a browser of its own. */
export function inOneBrowser(): void {
  beforeEach(() => install())
  afterEach(() => uninstall())
}

/** Puts another browser in the place of the one that the test began in. */
export function changeBrowser(options: BrowserOptions): void {
  uninstall()
  install(options)
}

function install(options?: BrowserOptions): void {
  browser = createBrowser(options)
  uninstall = browser.install()
}

/** The server sends so many events, and all tabs hear of them. */
export async function send(count = 1): Promise<void> {
  for (let sent = 0; sent < count; sent += 1) browser.send()
  await browser.pass(1)
}

/** Opens so many tabs, one after the other. */
export async function open(count: number): Promise<FakeTab[]> {
  const tabs: FakeTab[] = []
  for (let opened = 0; opened < count; opened += 1) {
    tabs.push(browser.openTab())
    await browser.pass(1)
  }
  return tabs
}

/** Its page is left, and the others hear of it. */
export async function leave(tab: FakeTab): Promise<void> {
  tab.page('pagehide')
  await browser.pass(1)
}

/** Its page is shown again, from the page cache, and it hears what it has missed. */
export async function comeBack(tab: FakeTab): Promise<void> {
  tab.page('pageshow')
  await browser.pass(1)
}
