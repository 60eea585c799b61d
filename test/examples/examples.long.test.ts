/** The examples, installed, built and used as their README says, with the package as it is packed. */
import { execFile, spawn } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium, type Page } from 'playwright'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { launchOptions } from '../../scripts/find-chromium.js'
import { freePort } from '../support/free-port.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const patience = { timeout: 30_000, interval: 50 }
let folder: string

// Not the test runner's.
const env = { ...process.env, NODE_ENV: undefined }

async function npm(cwd: string, ...args: string[]): Promise<void> {
  await promisify(execFile)('npm', args, { cwd, env, maxBuffer: 2 ** 26 })
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'brooklet-examples-'))
  await npm(root, 'pack', '--pack-destination', folder)
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Installs, builds and starts an example, and opens its page; by the end it must have logged no error. */
async function open(name: string): Promise<Page> {
  const example = join(folder, 'examples', name)
  await cp(join(root, 'examples', name), example, { recursive: true })
  await npm(example, 'install', '--no-audit', '--no-fund')
  await npm(example, 'run', 'build')

  const port = await freePort()
  const server = spawn('npm', ['start'], {
    cwd: example,
    env: { ...env, PORT: String(port) },
    detached: true,
    stdio: 'ignore',
  })
  onTestFinished(() => void process.kill(-server.pid!))
  const url = `http://localhost:${port}/`
  await expect
    .poll(
      () =>
        fetch(url).then(
          ({ status }) => status,
          () => 0,
        ),
      patience,
    )
    .toBe(200)

  const browser = await chromium.launch(await launchOptions())
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  onTestFinished(() => expect(errors).toEqual([]))
  await page.goto(url)
  return page
}

test('Next.js: a reply goes on over a reload, and stops', async () => {
  const page = await open('next-chat')
  const reply = page.locator('[data-role=assistant]').last()
  await page.getByLabel('Message').fill('hello')
  await page.keyboard.press('Enter')
  await expect.poll(() => reply.textContent(), patience).toContain('You said')
  await page.reload()
  const whole = 'assistant You said: hello. And this is all that I can say about it.'
  await expect.poll(() => reply.textContent(), patience).toBe(whole)
  expect(await reply.getAttribute('data-status')).toBe('complete')

  await page.getByLabel('Message').fill('stop')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect.poll(() => reply.textContent(), patience).toContain('You said: stop.')
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect.poll(() => reply.getAttribute('data-status'), patience).toBe('stopped')
})

test('Vite and Express: events, a chat and tasks', async () => {
  const page = await open('vite-express')
  await expect.poll(() => page.locator('output').textContent(), patience).toMatch(/^1\d\d\.\d\d$/)
  await page.getByRole('button', { name: 'Close' }).click()
  await page.getByText('closed').waitFor()

  await page.getByLabel('Message').fill('hello')
  await page.keyboard.press('Enter')
  await page.getByText('You said: hello').waitFor()

  await page.getByRole('button', { name: 'Start three' }).click()
  const states = (): Promise<(string | null)[]> =>
    page
      .locator('section:last-of-type [data-status]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-status')))
  expect(await states()).toEqual(['processing', 'processing', 'queued'])
  await expect.poll(states, patience).toEqual(['done', 'done', 'done'])
  await page.getByText('“a song” is ready').waitFor()
})
