import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fireEvent, waitFor } from 'storybook/test'
import { answer, cut, emit, hold, open } from './support/scripted-server.js'
import { silence } from './support/silence.js'
import { showsSource } from './support/source.js'
import { answers, serverOf } from './support/story.js'
import { Studio } from './support/studio.js'
import { composeAll, states } from './support/tunes.js'
import { complete, percent, sse } from './support/wire.js'

const twenty = Array.from({ length: 20 }, (_, index) => `变奏 ${index + 1}`)

const meta: Meta<typeof Studio> = {
  title: 'useTaskManager/Many tasks and faults',
  component: Studio,
  args: { prompts: ['一支慢华尔兹', 'a march', 'a lullaby'] },
  parameters: showsSource('studio.tsx'),
  render: (args, context) => <Studio {...args} fetch={serverOf(context).fetch} />,
}

export default meta
type Story = StoryObj<typeof meta>

/** Twenty tasks use four connections. The others are `queued`, and each end lets the next one start. */
export const TwentyTasks: Story = {
  args: { prompts: twenty, concurrency: 4 },
  loaders: [answers(() => [open(), emit(percent(25)), hold, emit(complete({ url: silence }))])],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    const status = canvas.getByRole('status')
    await composeAll(canvas)
    await waitFor(() => expect(states(canvas)).toEqual(many(4, 'processing 25 %', 16, 'queued')))
    await expect(server.exchanges).toHaveLength(4)
    await expect(status).toHaveTextContent('0 of 20 done, 16 waiting')

    server.release(1)
    await waitFor(() => expect(status).toHaveTextContent('1 of 20 done, 15 waiting'))
    await waitFor(() => expect(server.exchanges).toHaveLength(5))
    await expect(states(canvas).slice(0, 2)).toEqual(['processing 25 %', 'done'])
    await waitFor(() => expect(states(canvas)[4]).toBe('processing 25 %'))
    await expect(new URL(server.exchanges[4]!.request.url).searchParams.get('prompt')).toBe(
      '变奏 5',
    )
  },
}

/** The total `progress` of all tasks, 0–100, whatever each of them is doing. */
export const TotalProgress: Story = {
  loaders: [
    answers([[open(), emit(complete({ url: silence }))], [open(), emit(percent(50))], [open()]]),
  ],
  async play({ canvas }) {
    await composeAll(canvas)
    await waitFor(() =>
      expect(states(canvas)).toEqual(['done', 'processing 50 %', 'processing 0 %']),
    )
    await expect(canvas.getByRole('progressbar', { name: 'All tunes' })).toHaveValue(50)
  },
}

/** A failed task shows the server's own words. "Retry" starts it again, and the other tasks are not affected. */
export const FailedAndRetried: Story = {
  args: { prompts: ['一支慢华尔兹', 'a march'] },
  loaders: [
    answers([
      [open(), emit(percent(30)), hold, emit(sse({ message: '音色库不可用' }, { event: 'error' }))],
      [open(), emit(percent(70))],
      [hold, open(), emit(complete({ url: silence }))],
    ]),
  ],
  async play({ canvas, loaded, step }) {
    const server = serverOf({ loaded })
    await composeAll(canvas)
    await waitFor(() => expect(states(canvas)).toEqual(['processing 30 %', 'processing 70 %']))
    server.release(0)
    await step('fails', async () => {
      await expect(await canvas.findByText('音色库不可用')).toBeVisible()
      await expect(states(canvas)).toEqual(['error', 'processing 70 %'])
    })
    await step('starts again', async () => {
      await fireEvent.click(canvas.getByRole('button', { name: 'Retry 一支慢华尔兹' }))
      await waitFor(() => expect(states(canvas)).toEqual(['processing 0 %', 'processing 70 %']))
      await expect(canvas.queryByRole('alert')).toBeNull()
    })
    server.release(2)
    await waitFor(() => expect(states(canvas)).toEqual(['done', 'processing 70 %']))
  },
}

/** Three kinds of failure: an HTTP error, one that the job reports, and a connection that cannot be resumed. In dark colours. */
export const ThreeFailures: Story = {
  globals: { theme: 'dark' },
  loaders: [
    answers([
      [answer(422, '{"detail":"Prompt is too short"}')],
      [open(), emit(sse({ message: '音色库不可用' }, { event: 'error' }))],
      [open(), emit(percent(60)), hold, cut],
    ]),
  ],
  async play({ canvas, loaded }) {
    await composeAll(canvas)
    await waitFor(() => expect(states(canvas)).toEqual(['error', 'error', 'processing 60 %']))
    serverOf({ loaded }).release(2)
    await waitFor(() => expect(states(canvas)).toEqual(['error', 'error', 'error']))
    await expect(canvas.getAllByRole('alert')).toHaveLength(3)
    await expect(serverOf({ loaded }).exchanges).toHaveLength(3)
  },
}

/** The events have ids, so a cut task continues where it was: the bar stays, and nothing starts anew. */
export const TakenUpAfterCut: Story = {
  args: { prompts: ['一支慢华尔兹'], retry: { minDelay: 1, jitter: 0 } },
  loaders: [
    answers([
      [open(), emit(percent(60, 'p60')), hold, cut],
      [hold, open(), emit(percent(80, 'p80'))],
    ]),
  ],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    await composeAll(canvas)
    await waitFor(() => expect(states(canvas)).toEqual(['processing 60 %']))
    server.release(0)
    await waitFor(() => expect(states(canvas)).toEqual(['reconnecting 60 %']))
    await waitFor(() => expect(server.exchanges).toHaveLength(2))
    await expect(server.exchanges[1]!.request.lastEventId).toBe('p60')
    server.release(1)
    await waitFor(() => expect(states(canvas)).toEqual(['processing 80 %']))
    await expect(canvas.queryByRole('alert')).toBeNull()
  },
}

function many(first: number, one: string, second: number, other: string): string[] {
  return [...Array<string>(first).fill(one), ...Array<string>(second).fill(other)]
}
