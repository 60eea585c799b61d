/** Stored tasks in a real browser, with a real server: a reload midway, and two tabs. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { nodeHandler } from '../../src/server/node/node-handler.js'
import { taskHandler } from '../../src/server/task-handler.js'
import { openPage } from '../support/page.js'

const patience = { timeout: 60_000, interval: 100 }

interface Request {
  method: string
  id: string
  lastEventId: string
  isOpen: boolean
}

/** Each task takes twenty steps of 20 ms, and rests at sixty per cent until it is let go on. */
function startServer() {
  const requests: Request[] = []
  const started: string[] = []
  let goOn = (): void => {}
  const rest = new Promise<void>((resolve) => (goOn = resolve))
  const tasks = nodeHandler(
    taskHandler({
      async run({ id, progress, signal }) {
        started.push(id)
        for (let percent = 0; percent < 100 && !signal.aborted; percent += 5) {
          await progress(percent)
          await (percent === 60 ? rest : wait(20))
        }
        return `${id} is done`
      },
    }),
  )

  function handle(incoming: IncomingMessage, response: ServerResponse): void {
    const request: Request = {
      method: incoming.method!,
      id: new URL(incoming.url!, 'http://page.test').searchParams.get('taskId')!,
      lastEventId: String(incoming.headers['last-event-id'] ?? ''),
      isOpen: true,
    }
    requests.push(request)
    response.on('close', () => (request.isOpen = false))
    tasks(incoming, response)
  }

  return {
    handle,
    requests,
    started,
    goOn,
    open: (id: string) => requests.filter((each) => each.id === id && each.isOpen).length,
    resumed: (id: string) =>
      requests.filter((each) => each.id === id && each.lastEventId !== '').length,
  }
}

async function begin() {
  const server = startServer()
  const { page } = await openPage('test/e2e/stored-tasks/page.tsx', server.handle)
  const url = page.url()
  async function openTab(): Promise<Page> {
    const tab = await page.context().newPage()
    await tab.goto(url)
    await tab.waitForFunction(() => window.seen.length > 0)
    return tab
  }
  return { ...server, page, openTab }
}

/** Reloads, and waits for the first frame with something in it. */
async function reload(tab: Page): Promise<void> {
  await tab.reload()
  await tab.waitForFunction(() => window.seen.length > 0)
}

function start(tab: Page, ...ids: string[]): Promise<void> {
  return tab.evaluate((ids) => {
    for (const id of ids) window.manager.startTask('a tune', { id })
  }, ids)
}

function rows(tab: Page): Promise<string[]> {
  return tab.evaluate(() => window.seen.at(-1)!.split('|').slice(1))
}

async function progressOf(tab: Page, id: string): Promise<number> {
  const row = (await rows(tab)).find((each) => each.startsWith(`${id} `))
  return Number(row?.split(' ')[2] ?? -1)
}

/** How far a task was in each frame. */
async function course(tab: Page, id: string): Promise<number[]> {
  const seen = await tab.evaluate(() => window.seen)
  return seen.flatMap((frame) => {
    const row = frame.split('|').find((each) => each.startsWith(`${id} `))
    return row ? [Number(row.split(' ')[2])] : []
  })
}

test('reloaded midway, the page shows the tasks in its first frame and goes on by the last event id', async () => {
  const { page, requests, started, open, goOn } = await begin()
  await start(page, 'a', 'b', 'c')
  await expect.poll(() => progressOf(page, 'a'), patience).toBeGreaterThan(30)
  const before = await progressOf(page, 'a')
  await reload(page)
  const [first] = await page.evaluate(() => window.seen)
  expect(first).toMatch(/^restored\|a processing \d+\|b processing \d+\|c queued 0$/)
  expect((await course(page, 'a'))[0]).toBeGreaterThanOrEqual(before)
  await expect.poll(() => [open('a'), open('b')], patience).toEqual([1, 1])
  goOn()
  const expected = ['a done 100', 'b done 100', 'c done 100']
  await expect.poll(() => rows(page), patience).toEqual(expected)
  expect(started).toEqual(['a', 'b', 'c'])
  expect(requests.map(({ id, lastEventId }) => `${id} ${lastEventId !== ''}`)).toEqual([
    'a false',
    'b false',
    'a true',
    'b true',
    'c false',
  ])
  const steps = await course(page, 'a')
  expect(steps).toEqual(steps.toSorted((one, other) => one - other))
  expect(await page.evaluate(() => window.told)).toEqual(['a', 'b', 'c'])
  await reload(page)
  await expect.poll(() => rows(page), patience).toEqual(expected)
  expect(requests).toHaveLength(5)
})

test('two tabs show the same tasks over one connection each, whichever is used, reloaded and closed', async () => {
  const { page, openTab, requests, started, open, resumed, goOn } = await begin()
  const other = await openTab()
  await start(page, 'a', 'b', 'c')
  await expect.poll(() => progressOf(other, 'a'), patience).toBeGreaterThan(10)
  await start(other, 'd')
  const atOnce = await other.evaluate(() => {
    window.manager.cancelTask('b')
    return [...window.manager.getSnapshot().tasks.values()].map(({ id, status }) => [id, status])
  })
  expect(atOnce.slice(1)).toEqual([
    ['b', 'canceled'],
    ['c', 'queued'],
    ['d', 'queued'],
  ])
  const running = [/^a processing/, /^b canceled/, /^c processing/, /^d queued 0/]
  for (const tab of [page, other]) {
    await expect
      .poll(() => rows(tab), patience)
      .toEqual(running.map((row) => expect.stringMatching(row)))
  }
  const cancels = () => requests.filter(({ method }) => method === 'DELETE')
  await expect.poll(cancels, patience).toMatchObject([{ id: 'b' }])
  const connections = () => [open('a'), open('c'), resumed('a')]
  await reload(page)
  await expect.poll(connections, patience).toEqual([1, 1, 1])
  for (const tab of [page, other]) {
    await expect.poll(() => progressOf(tab, 'c'), patience).toBe(60)
  }
  await other.close()
  await expect.poll(connections, patience).toEqual([1, 1, 2])
  goOn()
  const expected = ['a done 100', 'b canceled 0', 'c done 100', 'd done 100']
  const ends = async () =>
    (await rows(page)).map((row) => row.replace(/canceled \d+/, 'canceled 0'))
  await expect.poll(ends, patience).toEqual(expected)
  expect(started).toEqual(['a', 'b', 'c', 'd'])
  for (const id of ['a', 'c', 'd']) {
    const steps = await course(page, id)
    expect(steps).toEqual(steps.toSorted((one, other) => one - other))
  }
})
