import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import type { AddressInfo } from 'node:net'
import express, { type Request, type Response } from 'express'
import type { StartedServer } from '../commands.js'
import { allowOrigin } from '../http.js'

/** What has become of one job, as the server sees it. */
export interface Job {
  taskId: string
  prompt: string
  percent: number
  state: 'working' | 'done' | 'failed' | 'disconnected'
}

/**
 * The tutorials' task server: `GET /api/generate?prompt=…&taskId=…` answers with `progress` events
 * and then `complete`, or with a named `error` event where the prompt says `fail`. A prompt that says
 * `wait` stops at 50 % and goes on at `POST /release`. `GET /jobs` is what the server knows.
 */
export default async function startTaskServer(): Promise<StartedServer & { jobs: Job[] }> {
  const app = express()
  const jobs: Job[] = []
  const gate = new AbortController()
  app.use((request, response, next) => {
    allowOrigin(request, response)
    if (request.method === 'OPTIONS') response.end()
    else next()
  })
  app.get('/api/generate', (request, response) => work(request, response, jobs, gate.signal))
  app.get('/jobs', (_, response) => void response.json(jobs))
  app.post('/release', (_, response) => {
    gate.abort()
    response.end()
  })
  app.get('/tune.wav', (_, response) => void response.type('audio/wav').send(silence()))

  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    jobs,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function work(
  { query, host, protocol }: Request,
  response: Response,
  jobs: Job[],
  released: AbortSignal,
): Promise<void> {
  const { prompt, taskId } = query as { prompt: string; taskId: string }
  const job: Job = { taskId, prompt, percent: 0, state: 'working' }
  jobs.push(job)
  response.on('close', () => {
    if (job.state === 'working') job.state = 'disconnected'
  })
  const send = (event: string, data: object): unknown =>
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)

  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  for (; job.percent <= 100; job.percent += 25) {
    if (job.state !== 'working') return
    send('progress', { percent: job.percent })
    if (job.percent === 50 && prompt.includes('fail')) {
      job.state = 'failed'
      send('error', { message: `Cannot compose ${prompt}` })
      response.end()
      return
    }
    if (job.percent === 50 && prompt.includes('wait') && !released.aborted) {
      await Promise.race([once(released, 'abort'), once(response, 'close')])
    }
    await wait(5) // so that the events go out one by one
  }
  if (job.state !== 'working') return
  job.state = 'done'
  send('complete', { result: { url: `${protocol}://${host}/tune.wav` } })
  response.end()
}

/** A WAV of a tenth of a second. */
function silence(): Buffer {
  const samples = 800
  const wav = Buffer.alloc(44 + samples, 128)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(36 + samples, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20) // PCM
  wav.writeUInt16LE(1, 22) // mono
  wav.writeUInt32LE(8_000, 24)
  wav.writeUInt32LE(8_000, 28)
  wav.writeUInt16LE(1, 32)
  wav.writeUInt16LE(8, 34)
  wav.write('data', 36)
  wav.writeUInt32LE(samples, 40)
  return wav
}
