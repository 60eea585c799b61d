import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fireEvent, fn, waitFor } from 'storybook/test'
import { emit, hold, open } from './support/scripted-server.js'
import { showsSource } from './support/source.js'
import { answers, serverOf } from './support/story.js'
import { TaskList } from './support/task-list.js'
import { composeAll, states } from './support/tunes.js'
import { complete, percent } from './support/wire.js'

const meta: Meta<typeof TaskList> = {
  title: 'useTaskManager/useTask',
  component: TaskList,
  args: { prompts: ['一支慢华尔兹', 'a march', 'a lullaby'], onList() {}, onRow() {} },
  parameters: showsSource('task-list.tsx'),
  render: (args, context) => <TaskList {...args} fetch={serverOf(context).fetch} />,
}

export default meta
type Story = StoryObj<typeof meta>

/** Without tasks, the list has no rows. */
export const Empty: Story = {
  loaders: [answers([])],
  async play({ canvas }) {
    await expect(canvas.queryAllByRole('listitem')).toHaveLength(0)
    await expect(canvas.getByText('No tunes yet')).toBeVisible()
  },
}

/** The progress of one task renders its row, but neither the list nor the other rows. */
export const OneRowForOneTask: Story = {
  args: { onList: fn(), onRow: fn() },
  loaders: [
    answers(() => [open(), emit(percent(10)), hold, emit(percent(50)), hold, emit(complete(null))]),
  ],
  async play({ args, canvas, loaded, step }) {
    const server = serverOf({ loaded })
    await composeAll(canvas)
    await waitFor(() => expect(states(canvas)).toEqual(Array(3).fill('processing 10 %')))
    const onList = args.onList as ReturnType<typeof fn>
    const onRow = args.onRow as ReturnType<typeof fn>

    for (const [release, state] of [
      [1, 'processing 50 %'],
      [1, 'done 100 %'],
    ] as const) {
      onList.mockClear()
      onRow.mockClear()
      server.release(release)
      await step(`a march: ${state}`, async () => {
        await waitFor(() => expect(states(canvas)[1]).toBe(state))
        await waitFor(() => expect(onRow).toHaveBeenCalledOnce())
        await expect(onRow).toHaveBeenCalledWith('a march')
        await expect(onList).not.toHaveBeenCalled()
      })
    }
    await expect(states(canvas)).toEqual(['processing 10 %', 'done 100 %', 'processing 10 %'])
  },
}

/** When a task is removed, its row disappears. */
export const RowRemoved: Story = {
  loaders: [answers(() => [open(), emit(percent(10))])],
  async play({ canvas }) {
    await composeAll(canvas)
    await waitFor(() => expect(states(canvas)).toEqual(Array(3).fill('processing 10 %')))
    await fireEvent.click(canvas.getByRole('button', { name: 'Cancel a march' }))
    await waitFor(() => expect(canvas.getAllByRole('listitem')).toHaveLength(2))
    await expect(canvas.queryByText('a march', { exact: false })).toBeNull()
  },
}
