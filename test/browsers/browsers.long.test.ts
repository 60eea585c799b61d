// The library in the engines that the other tests do not run in, where they are installed:
// Firefox, and WebKit (Safari's engine) as Debian's package webkit2gtk-driver brings it.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { startCheckServer } from './server.js'

const browsers = [
  {
    name: 'Firefox',
    path: onPath('firefox') ?? onPath('firefox-esr'),
    args: (url: string, profile: string) => [
      '--headless',
      '--no-remote',
      '--profile',
      profile,
      url,
    ],
  },
  {
    name: 'WebKit',
    path: [
      '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
      '/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
    ].find((path) => existsSync(path)),
    args: (url: string) => ['--private', url],
  },
]

function onPath(command: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path))
}

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
})

/** Without a display of its own a browser gets a virtual one. */
function launch(path: string, args: string[], profile: string): ChildProcess {
  const virtual = onPath('xvfb-run')
  const command = virtual ? [virtual, '-a', path, ...args] : [path, ...args]
  return spawn(command[0]!, command.slice(1), {
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, HOME: profile, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
  })
}

test.for(browsers)('$name', { timeout: 120_000 }, async ({ name, path, args }, { skip }) => {
  if (!path) return skip(`${name} is not installed`)
  const server = await startCheckServer()
  const profile = await mkdtemp(join(tmpdir(), 'brooklet-browser-'))
  cleanUps.push(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }), server.close)
  const browser = launch(path, args(server.url, profile), profile)
  cleanUps.push(() => process.kill(-browser.pid!))
  const report = await server.report
  const ten = '1 2 3 4 5 6 7 8 9 10 end'
  expect(report).toEqual({
    cut: { data: ten, status: 'closed' },
    ndjson: { data: '{"a":1} {"b":2} end', status: 'closed' },
    text: { data: '你 end', status: 'closed' },
    shared: { data: ten, status: 'closed' },
    chat: { reply: '你好，世界！👋', isIncremental: true },
    stop: 'stopped',
    task: { status: 'done', result: { url: '/tune.wav' } },
    missing: {
      data: '',
      status: 'failed',
      error: expect.stringContaining('got 404') as string,
    },
    typing: true,
  })
  await expect.poll(() => server.stopped).toBe(1)
})
