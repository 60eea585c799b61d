import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis as IoRedis } from 'ioredis'
import { createClient } from 'redis'
import type { RedisClient } from '../../../src/server/index.js'
import { freePort } from '../../support/free-port.js'

export const hasRedis: boolean = spawnSync('redis-server', ['--version']).status === 0
if (!hasRedis) {
  console.warn(
    'SKIPPED: the tests of redisStore need a redis-server in the PATH (Debian: redis-server)',
  )
}

export interface RedisServer {
  url: string
  /** SIGKILL. */
  kill(): Promise<void>
  /** On the same port, with what was written. */
  start(): Promise<void>
  close(): Promise<void>
}

/** A Redis of its own, which writes everything to disk at once. */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort()
  const directory = await mkdtemp(join(tmpdir(), 'brooklet-redis-'))
  const options = {
    port,
    bind: '127.0.0.1',
    dir: directory,
    save: '',
    appendonly: 'yes',
    appendfsync: 'always',
  }
  const parameters = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`])
  let child: ReturnType<typeof spawn> | undefined

  async function start(): Promise<void> {
    child = spawn('redis-server', parameters, { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise<void>((resolve) => {
      child!.stdout!.on('data', (text: Buffer) => text.includes('Ready to accept') && resolve())
    })
  }

  async function kill(): Promise<void> {
    const exit = new Promise((resolve) => child!.once('exit', resolve))
    child!.kill('SIGKILL')
    await exit
  }

  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill,
    async close() {
      if (child!.exitCode === null && child!.signalCode === null) await kill()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export interface OpenClient {
  client: RedisClient
  command(name: string, ...parts: string[]): Promise<unknown>
  keys(): Promise<string[]>
  flush(): Promise<unknown>
  close(): void
}

/** Each package's client, as its users make one. */
export const clients: Record<string, (url: string) => Promise<OpenClient>> = {
  async redis(url) {
    const client = createClient({ url, socket: { reconnectStrategy: 50 } })
    client.on('error', () => {})
    await client.connect()
    return {
      client,
      command: (...parts) => client.sendCommand(parts),
      keys: () => client.keys('*'),
      flush: () => client.flushAll(),
      close: () => client.destroy(),
    }
  },

  async ioredis(url) {
    const client = new IoRedis(url, { retryStrategy: () => 50 })
    client.on('error', () => {})
    return {
      client,
      command: (name, ...parts) => client.call(name, ...parts),
      keys: () => client.keys('*'),
      flush: () => client.flushall(),
      close: () => client.disconnect(),
    }
  },
}
