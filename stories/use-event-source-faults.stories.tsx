import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fireEvent, waitFor, within } from 'storybook/test'
import { answer, cut, emit, end, hold, open } from './support/scripted-server.js'
import { showsSource } from './support/source.js'
import { answers, serverOf } from './support/story.js'
import { Subscription } from './support/subscription.js'
import { sse } from './support/wire.js'

/** So long that no retry happens by itself while you look at a story. */
const slowRetry = { minDelay: 60_000, maxDelay: 60_000, jitter: 0 }
const quickRetry = { minDelay: 1, jitter: 0 }

const meta: Meta<typeof Subscription> = {
  title: 'useEventSource/Faults',
  component: Subscription,
  args: { url: '/api/prices', retry: slowRetry },
  parameters: showsSource('subscription.tsx'),
  render: (args, context) => <Subscription {...args} fetch={serverOf(context).fetch} />,
}

export default meta
type Story = StoryObj<typeof meta>

/** The connection was cut. The data stays, and `retryAt` says when the next attempt is due; here the server asked for 30 s. */
export const Reconnecting: Story = {
  args: { retry: quickRetry },
  loaders: [
    answers([[open(), emit(`retry: 30000\n\n${sse('最新报价 18.20', { id: '7' })}`), hold, cut]]),
  ],
  async play({ canvas, loaded }) {
    await expect(await canvas.findByText('最新报价 18.20')).toBeVisible()
    serverOf({ loaded }).release(0)
    await expect(await canvas.findByRole('timer')).toHaveTextContent(/^in (30|2\d) s$/)
    await expect(canvas.getByRole('status')).toHaveTextContent('reconnecting')
    await expect(canvas.getByTestId('attempt')).toHaveTextContent(/^1$/)
    await expect(canvas.getByTestId('data')).toHaveTextContent('最新报价 18.20')
    await expect(canvas.getByRole('alert')).toHaveTextContent('network')
    await expect(serverOf({ loaded }).exchanges).toHaveLength(1)
  },
}

/** The server refused an attempt, and the next one is under way: `attempt` counts, and `error` is from the last attempt. */
export const TryingAgain: Story = {
  args: { retry: quickRetry },
  loaders: [
    answers([
      [open(), emit(sse('最新报价 18.20', { id: '7' })), hold, cut],
      [answer(503, '{"message":"维护中，请稍候"}')],
      [hold, open()],
    ]),
  ],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    await expect(await canvas.findByText('最新报价 18.20')).toBeVisible()
    server.release(0)
    await waitFor(() => expect(server.exchanges).toHaveLength(3))
    await waitFor(() => expect(canvas.getByTestId('attempt')).toHaveTextContent(/^2$/))
    await expect(canvas.getByRole('alert')).toHaveTextContent('503')
    await waitFor(() => expect(canvas.queryByRole('timer')).toBeNull())
    await expect(canvas.getByRole('status')).toHaveTextContent('reconnecting')
    await expect(canvas.getByTestId('data')).toHaveTextContent('最新报价 18.20')
  },
}

/** `open()` does not wait for the delay. Once open, the error is gone, and the stream continues by the last event id. */
export const ReconnectedAtOnce: Story = {
  loaders: [
    answers([
      [open(), emit(sse('before the cut', { id: '7' })), hold, cut],
      [hold, open(), emit(sse('after the cut', { id: '8' }))],
    ]),
  ],
  async play({ canvas, loaded, step }) {
    const server = serverOf({ loaded })
    await expect(await canvas.findByText('before the cut')).toBeVisible()
    server.release(0)
    await step('tries when asked to', async () => {
      await fireEvent.click(await canvas.findByRole('button', { name: 'Try now' }))
      await waitFor(() => expect(server.exchanges).toHaveLength(2))
      await waitFor(() => expect(canvas.queryByRole('timer')).toBeNull())
      await expect(server.exchanges[1]!.request.lastEventId).toBe('7')
    })
    server.release(1)
    await step('goes on, and the error is gone', async () => {
      await expect(await canvas.findByText('after the cut')).toBeVisible()
      await expect(canvas.getByRole('status')).toHaveTextContent('open')
      await expect(canvas.getByTestId('attempt')).toHaveTextContent(/^0$/)
      await expect(canvas.queryByRole('alert')).toBeNull()
    })
  },
}

/** When an event stream simply ends, the hook reconnects, as the standard says. The user does nothing. */
export const ReconnectedByItself: Story = {
  args: { retry: quickRetry },
  loaders: [
    answers([
      [open(), emit(sse('first half', { id: 'h1' })), hold, end],
      [open(), emit(sse('second half', { id: 'h2' }))],
    ]),
  ],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    await expect(await canvas.findByText('first half')).toBeVisible()
    server.release(0)
    await expect(await canvas.findByText('second half')).toBeVisible()
    await expect(server.exchanges[1]!.request.lastEventId).toBe('h1')
  },
}

/** With `retry: false` a cut is final: the status is `failed`, and the data stays. */
export const FailedByCut: Story = {
  args: { retry: false },
  loaders: [answers([[open(), emit(sse('half a reading')), hold, cut]])],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    await expect(await canvas.findByText('half a reading')).toBeVisible()
    server.release(0)
    await waitFor(() => expect(canvas.getByRole('status')).toHaveTextContent('failed'))
    await expect(canvas.getByTestId('data')).toHaveTextContent('half a reading')
    await expect(server.exchanges).toHaveLength(1)
  },
}

/** A 404 is not retried. The error has the status, and the body with the server's words. */
export const FailedByHttpError: Story = {
  loaders: [answers([[answer(404, '{"detail":"没有这个频道"}')]])],
  async play({ canvas, loaded }) {
    const alert = within(await canvas.findByRole('alert'))
    await expect(canvas.getByRole('status')).toHaveTextContent('failed')
    await expect(alert.getByText('http')).toBeVisible()
    await expect(alert.getByText('404')).toBeVisible()
    await expect(alert.getByText('{"detail":"没有这个频道"}')).toBeVisible()
    await expect(serverOf({ loaded }).exchanges).toHaveLength(1)
  },
}

/** The server sent an HTML page instead of a stream: the error says what came, and from where. */
export const FailedByContentType: Story = {
  loaders: [answers([[answer(200, '<!doctype html><title>Sign in</title>', 'text/html')]])],
  async play({ canvas, loaded }) {
    const alert = within(await canvas.findByRole('alert'))
    await expect(canvas.getByRole('status')).toHaveTextContent('failed')
    await expect(alert.getByText('content-type')).toBeVisible()
    await expect(alert.getByText(/^Expected a stream from .*\/api\/prices, got/)).toBeVisible()
    await expect(alert.getByText('<!doctype html><title>Sign in</title>')).toBeVisible()
    await expect(serverOf({ loaded }).exchanges).toHaveLength(1)
  },
}

/** The same error in dark colours. */
export const FailedInDark: Story = { ...FailedByContentType, globals: { theme: 'dark' } }
