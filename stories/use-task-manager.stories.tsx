import type { Meta, StoryObj } from '@storybook/react-vite'
import type { TaskProtocol } from 'brooklet'
import { expect, fireEvent, fn, waitFor } from 'storybook/test'
import { emit, hold, open } from './support/scripted-server.js'
import { silence } from './support/silence.js'
import { showsSource } from './support/source.js'
import { answers, serverOf } from './support/story.js'
import { Studio } from './support/studio.js'
import { composeAll, states } from './support/tunes.js'
import { complete, percent, sse } from './support/wire.js'

const meta: Meta<typeof Studio> = {
  title: 'useTaskManager/States',
  component: Studio,
  args: { prompts: ['一支慢华尔兹'] },
  parameters: showsSource('studio.tsx'),
  render: (args, context) => <Studio {...args} fetch={serverOf(context).fetch} />,
}

export default meta
type Story = StoryObj<typeof meta>

/** No task has been started. */
export const Empty: Story = {
  loaders: [answers([])],
  async play({ canvas, loaded }) {
    await expect(canvas.getByRole('status')).toHaveTextContent('No tunes yet')
    await expect(canvas.getByRole('progressbar', { name: 'All tunes' })).toHaveValue(0)
    await expect(serverOf({ loaded }).exchanges).toHaveLength(0)
  },
}

/** A prompt is sent by GET, with the task's id; `progress` events move the bar. */
export const OneRunning: Story = {
  loaders: [answers([[open(), emit(percent(10)), hold, emit(percent(40))]])],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    await composeAll(canvas)
    await expect(await canvas.findByRole('progressbar', { name: '一支慢华尔兹' })).toBeVisible()
    await waitFor(() => expect(states(canvas)).toEqual(['processing 10 %']))
    const { url, method } = server.exchanges[0]!.request
    const { pathname, searchParams } = new URL(url)
    await expect(method).toBe('GET')
    await expect(pathname).toBe('/api/generate')
    await expect(searchParams.get('prompt')).toBe('一支慢华尔兹')
    await expect(searchParams.get('taskId')).toBeTruthy()
    server.release(0)
    await waitFor(() => expect(states(canvas)).toEqual(['processing 40 %']))
    await expect(canvas.getByRole('progressbar', { name: '一支慢华尔兹' })).toHaveValue(40)
  },
}

/** The server is working but cannot say how far it is: a bar without a value. The page has its own protocol here. */
export const Indeterminate: Story = {
  args: { protocol: phases() },
  loaders: [answers([[open(), emit(percent(30)), hold, emit(sse('mixing', { event: 'phase' }))]])],
  async play({ canvas, loaded }) {
    await composeAll(canvas)
    const bar = await canvas.findByRole('progressbar', { name: '一支慢华尔兹' })
    await waitFor(() => expect(bar).toHaveAttribute('value', '30'))
    serverOf({ loaded }).release(0)
    await waitFor(() => expect(bar).not.toHaveAttribute('value'))
    await expect(states(canvas)).toEqual(['processing'])
  },
}

/** The events `phase` and `progress`, as some backend might name them. */
function phases(): TaskProtocol {
  return {
    reader: () => ({
      read(event) {
        if (event.type === 'phase') return { indeterminate: true }
        return { progress: (JSON.parse(event.data) as { percent: number }).percent }
      },
    }),
  }
}

/** `complete` brings the result, here a tune to play, and frees the connection. */
export const DoneWithResult: Story = {
  loaders: [answers([[open(), emit(percent(90)), hold, emit(complete({ url: silence }))]])],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    await composeAll(canvas)
    await waitFor(() => expect(states(canvas)).toEqual(['processing 90 %']))
    server.release(0)
    await waitFor(() => expect(states(canvas)).toEqual(['done']))
    await expect(canvas.getByLabelText('一支慢华尔兹', { selector: 'audio' })).toHaveAttribute(
      'src',
      silence,
    )
    await expect(canvas.getByRole('status')).toHaveTextContent('1 of 1 done')
    await expect(canvas.getByRole('progressbar', { name: 'All tunes' })).toHaveValue(100)
    await expect(server.exchanges[0]!.state).toBe('left')
  },
}

/** `clearFinished()` removes the tasks that have ended and leaves those that are running. */
export const FinishedCleared: Story = {
  args: { prompts: ['一支慢华尔兹', 'a march'] },
  loaders: [
    answers([
      [open(), emit(complete({ url: silence }))],
      [open(), emit(percent(45))],
    ]),
  ],
  async play({ canvas }) {
    await composeAll(canvas)
    await waitFor(() => expect(states(canvas)).toEqual(['done', 'processing 45 %']))
    await fireEvent.click(canvas.getByRole('button', { name: 'Clear finished' }))
    await waitFor(() => expect(states(canvas)).toEqual(['processing 45 %']))
    await expect(canvas.getByRole('listitem', { name: 'a march' })).toBeVisible()
  },
}

/** Canceling closes the connection and removes the task; the others go on. */
export const Canceled: Story = {
  args: { prompts: ['一支慢华尔兹', 'a march'], cancelRequest: fn() },
  loaders: [answers(() => [open(), emit(percent(20)), hold, emit(percent(60))])],
  async play({ args, canvas, loaded }) {
    const server = serverOf({ loaded })
    await composeAll(canvas)
    await waitFor(() => expect(states(canvas)).toEqual(['processing 20 %', 'processing 20 %']))
    await fireEvent.click(canvas.getByRole('button', { name: 'Cancel 一支慢华尔兹' }))
    await waitFor(() => expect(canvas.queryByRole('listitem', { name: '一支慢华尔兹' })).toBeNull())
    await expect(server.exchanges[0]!.state).toBe('left')
    await expect(args.cancelRequest).toHaveBeenCalledOnce()
    server.release(1)
    await waitFor(() => expect(states(canvas)).toEqual(['processing 60 %']))
  },
}

/** With `keepCanceled`, a canceled task stays in the list and can be started again. */
export const CanceledAndKept: Story = {
  args: { keepCanceled: true },
  loaders: [answers([[open(), emit(percent(20))]])],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    await composeAll(canvas)
    await waitFor(() => expect(states(canvas)).toEqual(['processing 20 %']))
    await fireEvent.click(canvas.getByRole('button', { name: 'Cancel 一支慢华尔兹' }))
    await waitFor(() => expect(states(canvas)).toEqual(['canceled']))
    await expect(server.exchanges[0]!.state).toBe('left')
    await expect(canvas.getByRole('button', { name: 'Retry 一支慢华尔兹' })).toBeVisible()
    await expect(server.exchanges).toHaveLength(1)
  },
}

/** With the keyboard: Enter starts a task, Tab leads to its button, and Enter cancels it. */
export const FromKeyboard: Story = {
  tags: ['!autodocs'],
  loaders: [answers([[open(), emit(percent(20))]])],
  async play({ canvas, loaded, userEvent }) {
    await userEvent.type(canvas.getByRole('textbox', { name: 'Tune' }), 'a march{Enter}')
    await waitFor(() => expect(states(canvas)).toEqual(['processing 20 %']))
    const cancel = canvas.getByRole('button', { name: 'Cancel a march' })
    await expect(canvas.getByRole('button', { name: 'Clear finished' })).toBeDisabled()
    await userEvent.tab()
    await userEvent.tab()
    await userEvent.tab()
    await expect(cancel).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await waitFor(() => expect(cancel).not.toBeInTheDocument())
    await expect(serverOf({ loaded }).exchanges[0]!.state).toBe('left')
  },
}
