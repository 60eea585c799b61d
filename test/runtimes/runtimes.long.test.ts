import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build } from 'vite'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'brooklet-runtimes-'))
  await build({
    configFile: fileURLToPath(new URL('../../vite.config.ts', import.meta.url)),
    logLevel: 'error',
    publicDir: false,
    build: {
      ssr: fileURLToPath(new URL('check.ts', import.meta.url)),
      outDir: folder,
      rolldownOptions: { output: { entryFileNames: 'check.mjs' } },
    },
  })
})
afterAll(() => rm(folder, { recursive: true }))

const runtimes: [name: string, ...args: string[]][] = [
  ['node'],
  ['bun'],
  ['deno', 'run', '--allow-all'],
]

test.for(runtimes)('%s', { timeout: 60_000 }, async ([name, ...args], { skip }) => {
  if (spawnSync(name, ['--version']).error) return skip(`${name} is not installed`)
  const { stdout } = await promisify(execFile)(name, [...args, join(folder, 'check.mjs')])
  expect(JSON.parse(stdout)).toEqual({
    ticks: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    reply: '你说：hello😀',
    stopped: 'stopped',
    tasks: ['A', 'B', 'C'],
  })
})
