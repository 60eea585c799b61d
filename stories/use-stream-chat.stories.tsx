import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fireEvent, fn, waitFor } from 'storybook/test'
import { Conversation } from './support/conversation.js'
import { emit, hold, open } from './support/scripted-server.js'
import { showsSource } from './support/source.js'
import { answers, serverOf } from './support/story.js'
import { ask, readings } from './support/talk.js'
import { delta, done } from './support/wire.js'

const meta: Meta<typeof Conversation> = {
  title: 'useStreamChat/States',
  component: Conversation,
  parameters: showsSource('conversation.tsx'),
  render: (args, context) => <Conversation {...args} fetch={serverOf(context).fetch} />,
}

export default meta
type Story = StoryObj<typeof meta>

/** The user's half of a poem. */
const verse = ['床前明月光，', '疑是地上霜。', '举头望明月，', '低头思故乡。']
const whole = verse.join('')

/** An empty conversation makes no request. */
export const Empty: Story = {
  loaders: [answers([])],
  async play({ canvas, loaded }) {
    await expect(canvas.getByText('No messages yet.')).toBeVisible()
    await expect(readings(canvas)).toEqual({ status: 'ready', isLoading: 'false' })
    await expect(canvas.getByRole('status')).toHaveTextContent('Ready')
    await expect(serverOf({ loaded }).exchanges).toHaveLength(0)
  },
}

/** A conversation from elsewhere needs only `{ role, content }`, and all of it is sent with the next turn. */
export const InitialMessages: Story = {
  args: {
    initialMessages: [
      { role: 'system', content: 'You answer with one line of a poem.' },
      { role: 'user', content: '静夜思的第一句？' },
      { role: 'assistant', content: '床前明月光，' },
    ],
  },
  loaders: [answers([[open(), emit(delta('疑是地上霜。')), emit(done)]])],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    await expect(canvas.getAllByRole('listitem')).toHaveLength(3)
    await ask(canvas, '下一句？')
    await expect(await canvas.findByText('疑是地上霜。')).toBeVisible()
    await expect(await server.exchanges[0]!.request.json()).toEqual({
      messages: [
        { role: 'system', content: 'You answer with one line of a poem.' },
        { role: 'user', content: '静夜思的第一句？' },
        { role: 'assistant', content: '床前明月光，' },
        { role: 'user', content: '下一句？' },
      ],
    })
  },
}

/** `submitted`: the message and a pending reply are there at once; nothing of the reply has arrived. */
export const Loading: Story = {
  loaders: [answers([[open()]])],
  async play({ canvas }) {
    await ask(canvas, '背一首静夜思')
    await expect(await canvas.findByText('背一首静夜思')).toBeVisible()
    await expect(canvas.getByText('Thinking …')).toBeVisible()
    await expect(readings(canvas)).toEqual({
      status: 'submitted',
      isLoading: 'true',
      'reply.status': 'pending',
    })
  },
}

/** The reply grows, rendered at most once per frame. */
export const Streaming: Story = {
  loaders: [
    answers([[open(), emit(delta(verse[0]!) + delta(verse[1]!)), hold, emit(delta(verse[2]!))]]),
  ],
  async play({ canvas, loaded }) {
    await ask(canvas, '背一首静夜思')
    await expect(await canvas.findByText(verse.slice(0, 2).join(''))).toBeVisible()
    serverOf({ loaded }).release(0)
    await expect(await canvas.findByText(verse.slice(0, 3).join(''))).toBeVisible()
    await expect(readings(canvas)).toEqual({
      status: 'streaming',
      isLoading: 'true',
      'reply.status': 'streaming',
    })
    await expect(canvas.getByRole('status')).toHaveTextContent('Receiving the reply')
    await expect(canvas.getByRole('list')).toHaveAttribute('aria-busy', 'true')
  },
}

/** `[DONE]` ends the reply and its connection. */
export const Complete: Story = {
  loaders: [answers([[open(), ...verse.map((line) => emit(delta(line))), hold, emit(done)]])],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    await ask(canvas, '背一首静夜思')
    await expect(await canvas.findByText(whole)).toBeVisible()
    await expect(readings(canvas).status).toBe('streaming')
    server.release(0)
    await waitFor(() =>
      expect(readings(canvas)).toEqual({
        status: 'ready',
        isLoading: 'false',
        'reply.status': 'complete',
      }),
    )
    await expect(canvas.getByRole('status')).toHaveTextContent('The reply is complete')
    await expect(server.exchanges[0]!.state).toBe('left')
  },
}

/** `stop()` keeps the text so far, closes the connection and calls `cancelRequest`. */
export const Stopped: Story = {
  args: { cancelRequest: fn() },
  loaders: [answers([[open(), emit(delta(verse[0]!)), hold, emit(delta(verse[1]!))]])],
  async play({ args, canvas, loaded }) {
    const server = serverOf({ loaded })
    await ask(canvas, '背一首静夜思')
    await expect(await canvas.findByText(verse[0]!)).toBeVisible()
    await fireEvent.click(canvas.getByRole('button', { name: 'Stop' }))
    await waitFor(() =>
      expect(readings(canvas)).toEqual({
        status: 'ready',
        isLoading: 'false',
        'reply.status': 'stopped',
      }),
    )
    await expect(canvas.getByText('Stopped here.')).toBeVisible()
    await expect(server.exchanges[0]!.state).toBe('left')
    server.release(0)
    await waitFor(() => expect(args.cancelRequest).toHaveBeenCalledOnce())
    await expect(canvas.getByText(verse[0]!)).toBeVisible()
  },
}

/** `regenerate()` drops the last reply and asks for another one. */
export const Regenerated: Story = {
  loaders: [
    answers([
      [open(), emit(delta('A first answer.')), emit(done)],
      [hold, open(), emit(delta('A better answer.')), emit(done)],
    ]),
  ],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    await ask(canvas, 'Why is the sky blue?')
    await expect(await canvas.findByText('A first answer.')).toBeVisible()
    const again = canvas.getByRole('button', { name: 'Ask again' })
    await waitFor(() => expect(again).toBeEnabled())
    await fireEvent.click(again)
    await waitFor(() => expect(canvas.queryByText('A first answer.')).toBeNull())
    await expect(canvas.getByText('Thinking …')).toBeVisible()
    server.release(1)
    await expect(await canvas.findByText('A better answer.')).toBeVisible()
    await expect(canvas.getAllByRole('listitem')).toHaveLength(2)
    await expect(await server.exchanges[1]!.request.json()).toEqual(
      await server.exchanges[0]!.request.json(),
    )
  },
}

/** Sending while a reply streams is refused with code `busy`: nothing is appended, and the reply goes on. */
export const RefusedWhileBusy: Story = {
  loaders: [answers([[open(), emit(delta(verse[0]!)), hold, emit(delta(verse[1]!)), emit(done)]])],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    await ask(canvas, '背一首静夜思')
    await expect(await canvas.findByText(verse[0]!)).toBeVisible()
    await ask(canvas, '快一点！')
    await waitFor(() => expect(canvas.getByRole('alert')).toHaveTextContent('busy'))
    await waitFor(() =>
      expect(canvas.getByRole('textbox', { name: 'Message' })).toHaveValue('快一点！'),
    )
    await expect(canvas.queryByText('快一点！')).toBeNull()
    await expect(server.exchanges).toHaveLength(1)
    server.release(0)
    await expect(await canvas.findByText(verse.slice(0, 2).join(''))).toBeVisible()
    await waitFor(() => expect(readings(canvas)['reply.status']).toBe('complete'))
    await expect(canvas.queryByRole('alert')).toBeNull()
  },
}

/** With the keyboard: Enter sends, and the field is emptied and keeps the focus. */
export const SentFromKeyboard: Story = {
  tags: ['!autodocs'],
  loaders: [answers([[open(), emit(delta(whole)), emit(done)]])],
  async play({ canvas, loaded, userEvent }) {
    const input = canvas.getByRole('textbox', { name: 'Message' })
    await userEvent.type(input, '背一首静夜思{Enter}')
    await expect(await canvas.findByText(whole)).toBeVisible()
    await waitFor(() => expect(input).toHaveValue(''))
    await expect(input).toHaveFocus()
    await expect(await serverOf({ loaded }).exchanges[0]!.request.json()).toEqual({
      messages: [{ role: 'user', content: '背一首静夜思' }],
    })
  },
}
