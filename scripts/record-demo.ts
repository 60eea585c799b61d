/**
 * Records the picture of each README: a visitor of the playground begins a story, cuts the wire in the middle
 * of the reply, and has tunes composed. While a frame is taken, the time of the page and of the server stands
 * still: a slow machine records the same as a fast one.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import type { Browser, Page } from 'playwright'
import sharp from 'sharp'
import { en } from '../playground/src/language/en.js'
import type { Dictionary } from '../playground/src/language/en.js'
import { zh } from '../playground/src/language/zh.js'
import { createPlaygroundServer } from '../playground/server/server.js'
import { createVirtualTime } from '../src/testing/virtual-time.js'
import { launchOptions } from './find-chromium.js'

/** Milliseconds; of the last frame more, so that it is seen before the picture begins anew. */
const frameTime = 100
const lastFrameTime = 2000

/** A server's time, which goes on only when it is told to. */
function createTime() {
  // What was woken sleeps again a moment later.
  const { delay, advance } = createVirtualTime(0, () => wait(1))

  function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = delay(wake, milliseconds)
      signal?.addEventListener('abort', wake)
      if (signal?.aborted) wake()
      function wake(): void {
        cancel()
        signal?.removeEventListener('abort', wake)
        resolve()
      }
    })
  }

  return { sleep, advance }
}

function showPointer(): void {
  addEventListener('DOMContentLoaded', () => {
    const pointer = document.createElement('div')
    pointer.innerHTML =
      '<svg width="20" height="24" fill="#000" stroke="#fff" stroke-width="1.5"><path d="M2 1v18l4.5-4 3 7 3.5-1.5-3-6.5h6z" /></svg>'
    pointer.style.cssText =
      'position: fixed; z-index: 9; inset: 0 auto auto 0; pointer-events: none'
    document.body.append(pointer)
    addEventListener('mousemove', ({ clientX, clientY }) => {
      pointer.style.translate = `${clientX}px ${clientY}px`
    })
  })
  // How long the hooks wait before they try again: not long.
  Math.random = () => 0.1
}

/** Plays the scene, and takes the pictures. */
async function film(page: Page, text: Dictionary, pass: (time: number) => Promise<void>) {
  const frames: Buffer[] = []
  let pointer = { x: 560, y: 420 }

  async function run(length: number, move?: (part: number) => Promise<void>): Promise<void> {
    for (let time = frameTime; time <= length; time += frameTime) {
      await move?.(time / length)
      await pass(frameTime)
      frames.push(await page.screenshot())
    }
  }

  async function click(role: 'button' | 'link', name: string): Promise<void> {
    const target = page.getByRole(role, { name, exact: true })
    const { x, y, width, height } = (await target.boundingBox())!
    const from = pointer
    const to = { x: x + width / 2, y: y + height / 2 }
    await run(500, async (part) => {
      const eased = part * part * (3 - 2 * part)
      pointer = { x: from.x + (to.x - from.x) * eased, y: from.y + (to.y - from.y) * eased }
      await page.mouse.move(pointer.x, pointer.y)
    })
    await page.mouse.down()
    await run(100)
    await page.mouse.up()
  }

  await page.mouse.move(pointer.x, pointer.y)
  await run(300)
  await click('button', text.adventure.first)
  await run(1400)
  await click('button', text.wire.cut)
  await run(4600)
  await click('link', text.nav.studio)
  await run(200)
  await click('button', text.studio.startTen)
  await run(600, () => page.mouse.wheel(0, 55))
  await run(1800)
  return frames
}

async function record(browser: Browser, locale: string, text: Dictionary, name: string) {
  const { sleep, advance } = createTime()
  // A model so slow that it has more to say when the wire is whole again.
  const environment = { sleep, variables: {}, pacing: { token: 50 } }
  const playground = await createPlaygroundServer({ port: 0, environment })
  const page = await browser.newPage({
    viewport: { width: 1000, height: 700 },
    deviceScaleFactor: 1.5,
    colorScheme: 'light',
    locale,
  })
  await page.clock.install()
  await page.addInitScript(showPointer)
  await page.goto(playground.url, { waitUntil: 'networkidle', timeout: 0 })
  await page.clock.pauseAt(Date.now() + 1000)

  const frames = await film(page, text, async (time) => {
    const step = time / 4
    for (let passed = 0; passed < time; passed += step) {
      await advance(step)
      await wait(10) // for what the server sent to arrive
      await page.clock.runFor(step)
    }
  })
  await page.close()
  await playground.close()

  const delay = frames.map((_, index) => (index < frames.length - 1 ? frameTime : lastFrameTime))
  const picture = sharp(frames, { join: { animated: true } }).gif({ delay, dither: 0 })
  await picture.toFile(fileURLToPath(new URL(`../site/images/${name}`, import.meta.url)))
}

const browser = await chromium.launch(await launchOptions())
await record(browser, 'en-US', en, 'cut-the-wire.gif')
await record(browser, 'zh-CN', zh, 'cut-the-wire.zh-CN.gif')
await browser.close()
process.exit() // The servers would keep what was streamed for some minutes more.
