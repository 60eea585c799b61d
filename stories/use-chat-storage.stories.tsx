import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor } from 'storybook/test'
import { emit, hold, open } from './support/scripted-server.js'
import { showsSource } from './support/source.js'
import { answers, serverOf } from './support/story.js'
import { StoredChat } from './support/stored-chat.js'
import { delta, done } from './support/wire.js'

const meta: Meta<typeof StoredChat> = {
  title: 'useStreamChat/useChatStorage',
  component: StoredChat,
  parameters: showsSource('stored-chat.tsx'),
  render: (args, context) => <StoredChat {...args} fetch={serverOf(context).fetch} />,
  beforeEach: () => localStorage.removeItem('brooklet-story'),
}

export default meta
type Story = StoryObj<typeof meta>

/** The chat unmounts in the middle of a reply and mounts again: the reply goes on where it was. */
export const GoesOn: Story = {
  loaders: [
    answers([
      [
        open('text/event-stream', { 'content-location': '/api/replies/1' }),
        emit(delta('床前明月光，')),
        hold,
      ],
      [hold, open(), emit(delta('床前明月光，') + delta('疑是地上霜。')), emit(done)],
    ]),
  ],
  async play({ canvas, loaded, userEvent }) {
    const server = serverOf({ loaded })
    await userEvent.click(canvas.getByRole('button', { name: 'Ask' }))
    await expect(await canvas.findByText('床前明月光，')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Take it off the page' }))
    await expect(canvas.queryByText('床前明月光，')).toBeNull()
    await userEvent.click(canvas.getByRole('button', { name: 'Bring it back' }))
    await expect(canvas.getByText('床前明月光，')).toBeVisible()
    server.release(1)
    await expect(await canvas.findByText('床前明月光，疑是地上霜。')).toBeVisible()
    await expect(server.exchanges.map(({ request }) => request.method)).toEqual(['POST', 'GET'])
    await waitFor(() => expect(canvas.getAllByRole('listitem')).toHaveLength(2))
  },
}

/** A conversation that was cleared does not come back. */
export const Forgotten: Story = {
  loaders: [answers([[open(), emit(delta('床前明月光，')), emit(done)]])],
  async play({ canvas, userEvent }) {
    await userEvent.click(canvas.getByRole('button', { name: 'Ask' }))
    await expect(await canvas.findByText('床前明月光，')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Forget' }))
    await userEvent.click(canvas.getByRole('button', { name: 'Take it off the page' }))
    await userEvent.click(canvas.getByRole('button', { name: 'Bring it back' }))
    await expect(canvas.queryAllByRole('listitem')).toEqual([])
  },
}
