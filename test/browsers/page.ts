/** Runs in the browser that is checked, and posts what it saw to the server. */
import { createChat, createEventStream, createTaskManager } from 'brooklet/core'
import { createSticker } from '../../src/hooks/sticker.js'

interface Store<S> {
  subscribe(listener: () => void): () => void
  getSnapshot(): S
}

/** Waits for a snapshot that is as it should be; at the end of its patience it takes what there is. */
function until<S>(store: Store<S>, isThere: (snapshot: S) => boolean): Promise<S> {
  return new Promise((resolve) => {
    const timer = setTimeout(finish, 10_000)
    const stop = store.subscribe(() => isThere(store.getSnapshot()) && finish())
    function finish(): void {
      clearTimeout(timer)
      stop()
      resolve(store.getSnapshot())
    }
  })
}

const collect = {
  initial: [] as string[],
  reduce: (seen: string[], { data }: { data: string }) => [...seen, data],
  closeOn: ({ data }: { data: string }) => data === 'end',
  retry: { minDelay: 1, jitter: 0 },
}

async function events(path: string, share?: 'browser'): Promise<unknown> {
  const stream = createEventStream<string, string[]>(path, { ...collect, parse: 'text', share })
  const ended = until(stream, ({ status }) => status === 'closed' || status === 'failed')
  stream.open()
  const { data, status, error } = await ended
  return { data: data.join(' '), status, error: error?.message }
}

async function chat(): Promise<unknown> {
  const store = createChat({ url: '/chat' })
  const lengths = new Set<number>()
  store.subscribe(() => lengths.add(store.getSnapshot().streamingContent.length))
  const reply = await store.sendMessage('你好')
  return { reply, isIncremental: lengths.size > 3 }
}

async function stop(): Promise<unknown> {
  const store = createChat({ url: '/endless' })
  const reply = store.sendMessage('go')
  await until(store, ({ streamingContent }) => streamingContent !== '')
  store.stop()
  await reply
  return store.getSnapshot().messages.at(-1)?.status
}

async function task(): Promise<unknown> {
  const manager = createTaskManager({ url: '/task' })
  const id = manager.startTask('a tune')
  const { tasks } = await until(manager, ({ tasks }) => tasks.get(id)?.status !== 'processing')
  const { status, result } = tasks.get(id) ?? {}
  return { status, result }
}

/** Follows a conversation above a field that fits its height to what is typed. */
async function typing(): Promise<unknown> {
  document.body.innerHTML = `<div style="display: flex; flex-direction: column; height: 300px">
    <div style="flex: 1; overflow: auto"><div style="height: 2000px"></div></div>
    <textarea rows="1">1\n2\n3\n4\n5</textarea></div>`
  const box = document.querySelector<HTMLElement>('[style*=auto]')!
  const field = document.querySelector('textarea')!
  let follows = true
  const sticker = createSticker((isAtBottom) => (follows = isAtBottom))
  sticker.contentRef(box.firstElementChild as HTMLElement)
  sticker.scrollerRef(box)
  for (let key = 0; key < 3; key += 1) {
    field.value += 'x'
    field.style.height = 'auto'
    field.style.height = `${field.scrollHeight}px`
    field.dispatchEvent(new InputEvent('input', { bubbles: true }))
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame)
  }
  return follows && box.scrollHeight - box.clientHeight - box.scrollTop < 1
}

async function run(): Promise<Record<string, unknown>> {
  return {
    cut: await events('/cut'),
    ndjson: await events('/ndjson'),
    text: await events('/text'),
    shared: await events('/cut', 'browser'),
    chat: await chat(),
    stop: await stop(),
    task: await task(),
    missing: await events('/missing'),
    typing: await typing(),
  }
}

const report = (body: unknown): Promise<Response> =>
  fetch('/report', { method: 'POST', body: JSON.stringify(body) })

run().then(report, (error: unknown) => report({ error: String(error) }))
