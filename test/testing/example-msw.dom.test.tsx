import { fireEvent, render, screen } from '@testing-library/react'
import { useStreamChat } from 'brooklet'
import { createStreamServer } from 'brooklet/testing'
import { http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

function Chat() {
  const { reply, sendMessage } = useStreamChat({ url: 'https://example.test/api/chat' })
  return (
    <section>
      <button onClick={() => void sendMessage('Hello')}>Send</button>
      <p>{reply?.content}</p>
      <p>{reply?.status}</p>
    </section>
  )
}

const worker = setupServer()
beforeAll(() => worker.listen())
afterEach(() => worker.resetHandlers())
afterAll(() => worker.close())

test('a reply streams into the page', async () => {
  const server = createStreamServer()
  worker.use(http.post('https://example.test/api/chat', server.resolver))
  render(<Chat />)
  fireEvent.click(screen.getByText('Send'))

  const stream = await server.next()
  expect(await stream.request.json()).toEqual({ messages: [{ role: 'user', content: 'Hello' }] })
  stream.send({ content: 'Good ' })
  expect(await screen.findByText('streaming')).toBeDefined()
  stream.send({ content: 'day' })
  stream.send('[DONE]')
  stream.end()
  expect(await screen.findByText('complete')).toBeDefined()
  expect(screen.getByText('Good day')).toBeDefined()
})
