import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fireEvent, waitFor } from 'storybook/test'
import { emit, hold, open } from './support/scripted-server.js'
import { showsSource } from './support/source.js'
import { answers, serverOf } from './support/story.js'
import { Subscription } from './support/subscription.js'
import { sse } from './support/wire.js'

const meta: Meta<typeof Subscription> = {
  title: 'useEventSource/States',
  component: Subscription,
  args: { url: '/api/prices' },
  parameters: showsSource('subscription.tsx'),
  render: (args, context) => <Subscription {...args} fetch={serverOf(context).fetch} />,
}

export default meta
type Story = StoryObj<typeof meta>

/** Without a URL there is nothing to connect to: no request is made. */
export const WithoutUrl: Story = {
  args: { url: null },
  loaders: [answers([])],
  async play({ canvas, loaded }) {
    await expect(canvas.getByRole('status')).toHaveTextContent('idle')
    await expect(canvas.getByRole('button', { name: 'Open' })).toBeDisabled()
    await expect(serverOf({ loaded }).exchanges).toHaveLength(0)
  },
}

/** `enabled: false` keeps a stream idle although it has a URL. */
export const Disabled: Story = {
  args: { enabled: false },
  loaders: [answers([])],
  async play({ canvas, loaded }) {
    await expect(canvas.getByRole('status')).toHaveTextContent('idle')
    await expect(serverOf({ loaded }).exchanges).toHaveLength(0)
  },
}

/** The request is sent, and its response has not arrived. In StrictMode, there is still only one request. */
export const Connecting: Story = {
  loaders: [answers([[hold, open()]])],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    await expect(canvas.getByRole('status')).toHaveTextContent('connecting')
    await waitFor(() => expect(server.exchanges).toHaveLength(1))
    await expect(server.exchanges[0]!.request.headers.get('accept')).toContain('text/event-stream')
  },
}

/** The stream is open, and no event has arrived. */
export const Open: Story = {
  loaders: [answers([[open()]])],
  async play({ canvas }) {
    await waitFor(() => expect(canvas.getByRole('status')).toHaveTextContent('open'))
    await expect(canvas.getByTestId('data')).toHaveTextContent('no data yet')
  },
}

/** `data` is the last value; the last event's name and id are next to it. */
export const OpenWithEvents: Story = {
  loaders: [
    answers([
      [
        open(),
        emit(sse('上证指数 3 412.61', { id: '1' })),
        hold,
        emit(sse('上证指数 3 413.08', { id: '2', event: 'quote' })),
      ],
    ]),
  ],
  async play({ canvas, loaded, step }) {
    await step('the first event', async () => {
      await expect(await canvas.findByText('上证指数 3 412.61')).toBeVisible()
      await expect(canvas.getByTestId('lastEvent.type')).toHaveTextContent('message')
    })
    serverOf({ loaded }).release(0)
    await step('the second, which has a name', async () => {
      await expect(await canvas.findByText('上证指数 3 413.08')).toBeVisible()
      await expect(canvas.getByTestId('lastEvent.type')).toHaveTextContent('quote')
      await expect(canvas.getByTestId('lastEventId')).toHaveTextContent(/^2$/)
      await expect(canvas.getByRole('status')).toHaveTextContent('open')
      await expect(serverOf({ loaded }).exchanges).toHaveLength(1)
    })
  },
}

/** A terminal event, named in `closeOn`, is delivered and ends the stream; the hook does not reconnect. */
export const ClosedByTerminalEvent: Story = {
  args: { closeOn: 'end' },
  loaders: [
    answers([[open(), emit(sse('sold 9 of 9')), hold, emit(sse('sold out', { event: 'end' }))]]),
  ],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    await expect(await canvas.findByText('sold 9 of 9')).toBeVisible()
    server.release(0)
    await waitFor(() => expect(canvas.getByRole('status')).toHaveTextContent('closed'))
    await expect(canvas.getByTestId('data')).toHaveTextContent('sold out')
    await expect(server.exchanges[0]!.state).toBe('left')
    await expect(server.exchanges).toHaveLength(1)
  },
}

/** `close()` ends a stream; `open()` continues it by the last event id. */
export const ClosedAndOpenedAgain: Story = {
  loaders: [
    answers([
      [open(), emit(sse('page 1', { id: 'a1' }))],
      [open(), emit(sse('page 2', { id: 'a2' }))],
    ]),
  ],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    await expect(await canvas.findByText('page 1')).toBeVisible()
    await fireEvent.click(canvas.getByRole('button', { name: 'Close' }))
    await waitFor(() => expect(canvas.getByRole('status')).toHaveTextContent('closed'))
    await expect(canvas.getByTestId('data')).toHaveTextContent('page 1')
    await expect(server.exchanges[0]!.state).toBe('left')

    await fireEvent.click(canvas.getByRole('button', { name: 'Open' }))
    await expect(await canvas.findByText('page 2')).toBeVisible()
    await expect(server.exchanges[1]!.request.lastEventId).toBe('a1')
  },
}
