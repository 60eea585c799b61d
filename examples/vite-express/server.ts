// A server as the tutorials write it: it needs nothing of brooklet.
import express, { type Request, type Response } from 'express'

const app = express()

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

function openStream(request: Request, response: Response): AbortSignal {
  response.set({
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-cache, no-transform',
    'X-Accel-Buffering': 'no',
  })
  response.flushHeaders()
  const left = new AbortController()
  response.on('close', () => left.abort())
  return left.signal
}

/** A price a second, for as long as somebody looks. */
app.get('/api/prices', async (request, response) => {
  const signal = openStream(request, response)
  let id = Number(request.get('Last-Event-ID') ?? 0)
  while (!signal.aborted) {
    id += 1
    const price = { value: 100 + 10 * Math.sin(id / 5) }
    response.write(`id: ${id}\ndata: ${JSON.stringify(price)}\n\n`)
    await wait(1000)
  }
})

app.post('/api/chat', express.json(), async (request, response) => {
  const signal = openStream(request, response)
  for (const content of `You said: ${request.body.messages.at(-1)?.content}`.split(/(?= )/)) {
    if (signal.aborted) return
    response.write(`data: ${JSON.stringify({ content })}\n\n`)
    await wait(100)
  }
  response.end('data: [DONE]\n\n')
})

app.get('/api/generate', async (request, response) => {
  const signal = openStream(request, response)
  for (let percent = 0; percent <= 100; percent += 10) {
    if (signal.aborted) return
    response.write(`event: progress\ndata: {"percent":${percent}}\n\n`)
    await wait(200)
  }
  const result = { text: `“${request.query.prompt}” is ready` }
  response.end(`event: complete\ndata: ${JSON.stringify({ result })}\n\n`)
})

if (process.argv.includes('--built')) {
  app.use(express.static('dist'))
} else {
  const { createServer } = await import('vite')
  const vite = await createServer({ server: { middlewareMode: true } })
  app.use(vite.middlewares)
}

const port = Number(process.env.PORT ?? 3000)
app.listen(port, () => console.log(`http://localhost:${port}/`))
