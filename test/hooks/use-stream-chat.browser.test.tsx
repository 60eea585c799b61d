import { Profiler, useEffect } from 'react'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { render, renderHook } from 'vitest-browser-react'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'
import { createChat } from '../../src/stores/chat/chat.js'
import type { Chat } from '../../src/stores/chat/chat-types.js'
import { startServer } from '../servers/server.js'
import { createTestServer, delta } from '../stores/chat/chat-support.js'
import { measureTransition } from '../support/transition.js'

/** A chat, and how to let its reply say something, in macrotasks of their own. */
async function startReply() {
  const { fetch, calls } = createTestServer()
  const chat = createChat({ fetch })
  const text = chat.sendMessage('Hello')
  await expect.poll(() => calls.length).toBe(1)
  const [call] = calls
  await call!.open()
  return { chat, text, call: call! }
}

/** Sooner than any timer: a frame has many. */
function macrotask(): Promise<unknown> {
  const { port1, port2 } = new MessageChannel()
  port2.postMessage(0)
  port1.start()
  return new Promise((resolve) => port1.addEventListener('message', resolve, { once: true }))
}

function Reply({ chat }: { chat: Chat }) {
  const { streamingContent } = useStreamChat(chat)
  return <p>{streamingContent.length}</p>
}

test(
  'a transition elsewhere takes at most twice its quiet time while a reply streams, and is not thrown away',
  // On a busy machine one measurement of time proves nothing; five bad ones do.
  { retry: 4 },
  async () => {
    const { chat, text, call } = await startReply()
    let publications = 0
    chat.subscribe(() => (publications += 1))

    function stream(): () => void {
      const timer = setInterval(() => void call.send(delta('a'), delta('b')), 1)
      return () => clearInterval(timer)
    }

    const isEnough = () => publications > 10
    const { renders, slowdown } = await measureTransition(<Reply chat={chat} />, stream, isEnough)
    expect(renders).toBeLessThan(1.5)
    expect(slowdown).toBeLessThan(2)
    await call.send('[DONE]')
    expect((await text).length).toBeGreaterThan(publications)
  },
)

test('commits at most once a frame, and once more at the end', async () => {
  const { chat, text, call } = await startReply()
  let commits = 0
  const screen = await render(
    <Profiler id="reply" onRender={() => (commits += 1)}>
      <Reply chat={chat} />
    </Profiler>,
  )
  commits = 0
  let frames = 0
  let frame = requestAnimationFrame(function next() {
    frames += 1
    frame = requestAnimationFrame(next)
  })
  onTestFinished(() => cancelAnimationFrame(frame))
  let sent = 0
  const end = performance.now() + 300
  const isEnough = () => commits >= 5 && performance.now() > end
  for (; !isEnough(); sent += 1) {
    await call.send(delta('a'))
    await macrotask()
  }
  await call.send('[DONE]')
  expect(await text).toHaveLength(sent)
  await expect.element(screen.getByText(String(sent))).toBeInTheDocument()
  expect(commits).toBeLessThanOrEqual(frames + 2)
})

test('ten thousand deltas in one tick do not trip the update-depth check', async () => {
  const errors = vi.spyOn(console, 'error')
  const { chat, text, call } = await startReply()
  const screen = await render(<Reply chat={chat} />)
  await call.send(...Array.from({ length: 10_000 }, () => delta('a')), '[DONE]')
  expect(await text).toHaveLength(10_000)
  await expect.element(screen.getByText('10000')).toBeInTheDocument()
  expect(errors).not.toHaveBeenCalled()
})

test('a failed turn that nobody awaits is no unhandled rejection', async () => {
  const unhandled: unknown[] = []
  function onUnhandled(event: PromiseRejectionEvent): void {
    event.preventDefault()
    event.stopImmediatePropagation()
    unhandled.push(event.reason)
  }
  addEventListener('unhandledrejection', onUnhandled, { capture: true })
  onTestFinished(() => removeEventListener('unhandledrejection', onUnhandled, { capture: true }))
  const { fetch, calls } = createTestServer()
  function Page() {
    const { sendMessage, status } = useStreamChat({ fetch })
    useEffect(() => {
      void sendMessage('Hello')
      void sendMessage('Refused: busy')
    }, [sendMessage])
    return status
  }
  const screen = await render(<Page />)
  await expect.poll(() => calls.length).toBe(1)
  await calls[0]!.answer(400, '{"error":"overloaded"}')
  await expect.element(screen.getByText('error')).toBeInTheDocument()

  // The browser tells after the task; prove that it would.
  const fault = new Error('the one that nobody handles')
  void Promise.reject(fault)
  await expect.poll(() => unhandled).toEqual([fault])
})

describe('a reply that a real server keeps', () => {
  test('is taken up where it was cut, in any event and any character of it', async () => {
    const deltas = ['Nothing ', 'lost, ', '什么也没丢 🚀']
    const { url } = await startServer('chat-resumable', { deltas, withIds: true })
    const cuts = [0, 5, 41, 50, 97, 100, 101, 102, 118, 130]
    const turns: Promise<string>[] = []
    for (const cut of cuts) {
      const { result } = await renderHook(() =>
        useStreamChat({
          url: `${url}/chat?turn=${cut}&cut=${cut}&how=lose`,
          retry: { minDelay: 1 },
        }),
      )
      turns.push(result.current.sendMessage('Hello'))
    }
    expect(await Promise.all(turns)).toEqual(cuts.map(() => deltas.join('')))
  })
})
