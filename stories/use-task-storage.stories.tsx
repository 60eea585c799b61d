import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor, within } from 'storybook/test'
import { emit, hold, open } from './support/scripted-server.js'
import { showsSource } from './support/source.js'
import { StoredTasks } from './support/stored-tasks.js'
import { answers, serverOf } from './support/story.js'
import { states } from './support/tunes.js'
import { complete, percent } from './support/wire.js'

const meta: Meta<typeof StoredTasks> = {
  title: 'useTaskManager/useTaskStorage',
  component: StoredTasks,
  args: { name: 'Tasks' },
  parameters: showsSource('stored-tasks.tsx'),
  render: (args, context) => <StoredTasks {...args} fetch={serverOf(context).fetch} />,
  beforeEach: () => localStorage.removeItem('brooklet-story-tasks'),
}

export default meta
type Story = StoryObj<typeof meta>

/** The list unmounts in the middle of a task and mounts again: the task goes on where it was. */
export const GoesOn: Story = {
  loaders: [
    answers([
      [open(), emit(percent(40, '40')), hold],
      [open(), hold, emit(percent(60, '60')), hold, emit(complete(null))],
    ]),
  ],
  async play({ canvas, loaded, userEvent }) {
    const server = serverOf({ loaded })
    await userEvent.click(canvas.getByRole('button', { name: 'Compose' }))
    await waitFor(() => expect(states(canvas)).toEqual(['processing 40 %']))
    await userEvent.click(canvas.getByRole('button', { name: 'Take it off the page' }))
    await expect(states(canvas)).toEqual([])
    await expect(server.exchanges[0]!.state).toBe('left')
    await userEvent.click(canvas.getByRole('button', { name: 'Bring it back' }))
    await expect(states(canvas)).toEqual(['processing 40 %'])
    await waitFor(() => expect(server.exchanges).toHaveLength(2))
    await expect(server.exchanges[1]!.request.lastEventId).toBe('40')
    server.release(1)
    await waitFor(() => expect(states(canvas)).toEqual(['processing 60 %']))
    server.release(1)
    await waitFor(() => expect(states(canvas)).toEqual(['done 100 %']))
  },
}

/** Two lists that share a key are like two tabs: one has the connection, and when it leaves, the other takes over. */
export const TwoOfThem: Story = {
  render: (_, context) => (
    <div className="columns">
      <StoredTasks name="One" fetch={serverOf(context).fetch} />
      <StoredTasks name="The other" fetch={serverOf(context).fetch} />
    </div>
  ),
  loaders: [
    answers([
      [open(), emit(percent(40, '40')), hold],
      [open(), emit(percent(60, '60')), hold],
    ]),
  ],
  async play({ canvas, loaded, userEvent }) {
    const server = serverOf({ loaded })
    const one = within(canvas.getByRole('region', { name: 'One' }))
    const other = within(canvas.getByRole('region', { name: 'The other' }))
    await userEvent.click(other.getByRole('button', { name: 'Compose' }))
    await waitFor(() => expect(states(canvas)).toEqual(['processing 40 %', 'processing 40 %']))
    await expect(server.exchanges).toHaveLength(1)
    await userEvent.click(one.getByRole('button', { name: 'Take it off the page' }))
    await waitFor(() => expect(states(canvas)).toEqual(['processing 60 %']))
    await expect(server.exchanges).toHaveLength(2)
    await expect(server.exchanges[1]!.request.lastEventId).toBe('40')
    await userEvent.click(one.getByRole('button', { name: 'Bring it back' }))
    await waitFor(() => expect(states(canvas)).toEqual(['processing 60 %', 'processing 60 %']))
    await userEvent.click(one.getByRole('button', { name: 'Cancel a march' }))
    await waitFor(() => expect(states(canvas)).toEqual([]))
    await waitFor(() => expect(server.exchanges[1]!.state).toBe('left'))
  },
}
