/** The playground in one process on one port: the API of `app.ts`, and the page for everything else. */
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import { createServer as createVite } from 'vite'
import type { ViteDevServer } from 'vite'
import { createApp } from './app.js'
import { createEnvironment } from './environment.js'
import type { Overrides } from './environment.js'
import { createInstances } from './instances/instances.js'
import { openStreams } from './streams.js'

export interface PlaygroundServer {
  /** Such as `http://localhost:5173/`. */
  url: string
  close(): Promise<void>
}

export interface PlaygroundOptions {
  /** 0: any free one. Where it is taken, the next free one is. Default: 5173. */
  port?: number
  host?: string
  /** Time, fetch and environment variables, for tests. */
  environment?: Overrides
  /** The page, ready built. Default: Vite serves its sources. */
  page?: RequestListener
}

export async function createPlaygroundServer(
  options: PlaygroundOptions = {},
): Promise<PlaygroundServer> {
  const { port = 5173, host = 'localhost' } = options
  const { REDIS_URL } = createEnvironment(options.environment).variables
  const { streams, close: closeStreams } = await openStreams(REDIS_URL)
  const instances = REDIS_URL ? createInstances(REDIS_URL) : undefined
  const server = createServer()
  const vite = options.page ? undefined : await startVite(server)
  const app = createApp(options.environment, host, { streams, instances })
  server.on('request', listener(app, options.page ?? vite!.middlewares))
  async function close(): Promise<void> {
    await closeAll(server)
    await vite?.close()
    instances?.close()
    closeStreams()
  }
  try {
    await listen(server, host, port)
  } catch (error) {
    await close()
    throw error
  }
  const { port: found } = server.address() as AddressInfo
  return { url: `http://${host}:${found}/`, close }
}

function startVite(server: Server): Promise<ViteDevServer> {
  const kind = process.env.NODE_ENV === 'test' ? '-test' : ''
  return createVite({
    configFile: fileURLToPath(new URL('../../vite.config.ts', import.meta.url)),
    mode: 'development',
    // Tests beside a running playground must not replace the dependencies that it serves.
    cacheDir: fileURLToPath(new URL(`../../node_modules/.vite-playground${kind}`, import.meta.url)),
    // Hot updates come over the same port.
    server: { middlewareMode: true, hmr: { server } },
    appType: 'spa',
  })
}

function listener(app: ReturnType<typeof createApp>, page: RequestListener): RequestListener {
  const api = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  return (request, response) => {
    if (/^\/api(?:[/?]|$)/.test(request.url ?? '')) void api(request, response)
    else page(request, response)
  }
}

const portsToTry = 50

async function listen(server: Server, host: string, first: number): Promise<void> {
  const last = first === 0 ? 0 : Math.min(first + portsToTry, 65_535)
  for (let port = first; port <= last; port++) {
    const error = await tryToListen(server, host, port)
    if (!error) return
    if (error.code !== 'EADDRINUSE' || port === last) throw error
  }
}

function tryToListen(
  server: Server,
  host: string,
  port: number,
): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const settle = (error?: NodeJS.ErrnoException): void => {
      server.off('error', settle)
      server.off('listening', settle)
      resolve(error)
    }
    server.once('error', settle)
    server.once('listening', () => settle())
    server.listen(port, host)
  })
}

async function closeAll(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // Streams never end by themselves.
  server.closeAllConnections()
  await closed
}
