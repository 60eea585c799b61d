import type { Meta, StoryObj } from '@storybook/react-vite'
import { openaiChat } from 'brooklet/protocols'
import { expect, fireEvent, waitFor } from 'storybook/test'
import { Conversation } from './support/conversation.js'
import { answer, cut, emit, end, hold, open } from './support/scripted-server.js'
import { showsSource } from './support/source.js'
import { answers, serverOf } from './support/story.js'
import { ask, readings } from './support/talk.js'
import { delta, done, sse } from './support/wire.js'

const meta: Meta<typeof Conversation> = {
  title: 'useStreamChat/Faults',
  component: Conversation,
  args: { retry: { minDelay: 1, jitter: 0 } },
  parameters: showsSource('conversation.tsx'),
  render: (args, context) => <Conversation {...args} fetch={serverOf(context).fetch} />,
}

export default meta
type Story = StoryObj<typeof meta>

const failed = { status: 'error', isLoading: 'false', 'reply.status': 'error' }
const interrupted = { ...failed, 'reply.status': 'interrupted' }

/** The connection was cut, and the reply cannot be resumed. Its text stays, and the POST is not sent again. */
export const Interrupted: Story = {
  loaders: [answers([[open(), emit(delta('从前有座山，')), hold, cut]])],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    await ask(canvas, '讲个故事')
    await expect(await canvas.findByText('从前有座山，')).toBeVisible()
    server.release(0)
    await waitFor(() => expect(readings(canvas)).toEqual(interrupted))
    await expect(canvas.getByText('从前有座山，')).toBeVisible()
    await expect(canvas.getByText('Cut off here.')).toBeVisible()
    await expect(canvas.getByRole('alert')).toHaveTextContent('network')
    await expect(server.exchanges).toHaveLength(1)
  },
}

/** A clean end without the protocol's end marker is a cut as well. */
export const Incomplete: Story = {
  args: { protocol: openaiChat() },
  loaders: [
    answers([
      [open(), emit(sse({ choices: [{ delta: { content: '从前有座山，' } }] })), hold, end],
    ]),
  ],
  async play({ canvas, loaded }) {
    await ask(canvas, '讲个故事')
    await expect(await canvas.findByText('从前有座山，')).toBeVisible()
    serverOf({ loaded }).release(0)
    await waitFor(() => expect(readings(canvas)).toEqual(interrupted))
    await expect(canvas.getByRole('alert')).toHaveTextContent('incomplete')
  },
}

/** A cut reply with a `Content-Location` is fetched from there, by its last event id: no word is lost or doubled. */
export const Resumed: Story = {
  loaders: [
    answers([
      [
        open('text/event-stream', { 'content-location': '/api/replies/9' }),
        emit(sse({ content: '山里有座庙，' }, { id: '1' })),
        hold,
        cut,
      ],
      [hold, open(), emit(sse({ content: '庙里有个老和尚。' }, { id: '2' })), emit(done)],
    ]),
  ],
  async play({ canvas, loaded, step }) {
    const server = serverOf({ loaded })
    await ask(canvas, '讲个故事')
    await expect(await canvas.findByText('山里有座庙，')).toBeVisible()
    server.release(0)
    await step('the cut shows nowhere but in the requests', async () => {
      await waitFor(() => expect(server.exchanges).toHaveLength(2))
      const { method, url, lastEventId } = server.exchanges[1]!.request
      await expect(method).toBe('GET')
      await expect(new URL(url).pathname).toBe('/api/replies/9')
      await expect(lastEventId).toBe('1')
      await expect(readings(canvas).status).toBe('streaming')
    })
    server.release(1)
    await expect(await canvas.findByText('山里有座庙，庙里有个老和尚。')).toBeVisible()
    await waitFor(() => expect(readings(canvas)['reply.status']).toBe('complete'))
    await expect(canvas.queryByRole('alert')).toBeNull()
  },
}

/** The error's message has the provider's own words; status and body are there too. */
export const HttpError: Story = {
  loaders: [
    answers([[answer(402, '{"error":{"message":"Insufficient balance","type":"billing"}}')]]),
  ],
  async play({ canvas, loaded }) {
    await ask(canvas, '讲个故事')
    await waitFor(() => expect(readings(canvas)).toEqual(failed))
    await expect(canvas.getByText('Insufficient balance')).toBeVisible()
    await expect(canvas.getByRole('alert')).toHaveTextContent('402')
    await expect(canvas.getByText('This reply failed.')).toBeVisible()
    await expect(serverOf({ loaded }).exchanges).toHaveLength(1)
  },
}

/** An error inside the stream fails the reply, and its text so far is kept. */
export const ErrorInStream: Story = {
  loaders: [
    answers([
      [open(), emit(delta('从前有座山，')), hold, emit(sse({ error: { message: '内容被拦截' } }))],
    ]),
  ],
  async play({ canvas, loaded }) {
    await ask(canvas, '讲个故事')
    await expect(await canvas.findByText('从前有座山，')).toBeVisible()
    serverOf({ loaded }).release(0)
    await waitFor(() => expect(readings(canvas)).toEqual(failed))
    await expect(canvas.getByText('内容被拦截')).toBeVisible()
    await expect(canvas.getByText('从前有座山，')).toBeVisible()
  },
}

/** The server refused (503), so the turn may be sent again: it is still `submitted`, and `error` has the refusal. */
export const Retrying: Story = {
  loaders: [answers([[answer(503, '{"error":"模型正在启动"}')], [hold, open()]])],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    await ask(canvas, '讲个故事')
    await waitFor(() => expect(server.exchanges).toHaveLength(2))
    await waitFor(() => expect(canvas.getByRole('alert')).toHaveTextContent('503'))
    await expect(readings(canvas)).toEqual({
      status: 'submitted',
      isLoading: 'true',
      'reply.status': 'pending',
    })
    await expect(await server.exchanges[1]!.request.json()).toEqual(
      await server.exchanges[0]!.request.json(),
    )
  },
}

/** The second attempt succeeds: the reply arrives, and the error is gone. */
export const Retried: Story = {
  loaders: [
    answers([
      [answer(503, '{"error":"模型正在启动"}')],
      [hold, open(), emit(delta('从前有座山。')), emit(done)],
    ]),
  ],
  async play({ canvas, loaded }) {
    await ask(canvas, '讲个故事')
    await expect(await canvas.findByRole('alert')).toBeVisible()
    serverOf({ loaded }).release(1)
    await expect(await canvas.findByText('从前有座山。')).toBeVisible()
    await expect(canvas.queryByRole('alert')).toBeNull()
    await waitFor(() => expect(readings(canvas)['reply.status']).toBe('complete'))
  },
}

/** After a failure, the user can ask for the reply again. The failed reply is not part of the history that is sent. */
export const AskedAgainAfterFailure: Story = {
  loaders: [
    answers([
      [answer(400, '{"error":"try again"}')],
      [open(), emit(delta('从前有座山。')), emit(done)],
    ]),
  ],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    await ask(canvas, '讲个故事')
    await expect(await canvas.findByText('try again')).toBeVisible()
    await fireEvent.click(canvas.getByRole('button', { name: 'Ask again' }))
    await expect(await canvas.findByText('从前有座山。')).toBeVisible()
    await waitFor(() => expect(readings(canvas).status).toBe('ready'))
    await expect(canvas.queryByRole('alert')).toBeNull()
    await expect(await server.exchanges[1]!.request.json()).toEqual({
      messages: [{ role: 'user', content: '讲个故事' }],
    })
  },
}

/** A failure in dark colours. */
export const FailedInDark: Story = { ...Interrupted, globals: { theme: 'dark' } }
