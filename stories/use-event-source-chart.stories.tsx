import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor } from 'storybook/test'
import { LoadChart } from './support/load-chart.js'
import { emit, hold, open } from './support/scripted-server.js'
import { showsSource } from './support/source.js'
import { answers, serverOf } from './support/story.js'
import { sse } from './support/wire.js'

const meta: Meta<typeof LoadChart> = {
  title: 'useEventSource/Live chart',
  component: LoadChart,
  parameters: showsSource('load-chart.tsx'),
  render: (args, context) => <LoadChart {...args} fetch={serverOf(context).fetch} />,
}

export default meta
type Story = StoryObj<typeof meta>

const loads = [12, 18, 15, 31, 44, 63, 58, 71, 66, 49, 37, 28, 24, 33, 47, 42]
const history = loads.map((load) => sse({ load })).join('')

/** Readings that arrive in one burst are drawn in one render; later ones as they arrive. */
export const Readings: Story = {
  loaders: [answers([[open(), emit(history), hold, emit(sse({ load: 80 }))]])],
  async play({ canvas, loaded }) {
    await expect(await canvas.findByRole('img', { name: 'The last 16 readings' })).toBeVisible()
    await expect(canvas.getByTestId('newest')).toHaveTextContent(/^42 %$/)
    serverOf({ loaded }).release(0)
    await expect(await canvas.findByRole('img', { name: 'The last 17 readings' })).toBeVisible()
    await expect(canvas.getByTestId('newest')).toHaveTextContent(/^80 %$/)
  },
}

/** A value that does not parse sets `error` and leaves `data` as it is; the stream goes on. */
export const ValueThatDoesNotParse: Story = {
  loaders: [
    answers([
      [open(), emit(history), hold, emit('data: {"load":\n\n'), hold, emit(sse({ load: 7 }))],
    ]),
  ],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    await expect(await canvas.findByText('42 %')).toBeVisible()
    server.release(0)
    await waitFor(() => expect(canvas.getByRole('alert')).toHaveTextContent('parse'))
    await expect(canvas.getByRole('status')).toHaveTextContent('open')
    await expect(canvas.getByTestId('newest')).toHaveTextContent(/^42 %$/)
    await expect(server.exchanges[0]!.state).toBe('open')
    server.release(0)
    await expect(await canvas.findByText('7 %')).toBeVisible()
  },
}

/** Valid JSON that is not what the page expects is handled the same way: a function or a schema decides. */
export const ValueOfAnotherShape: Story = {
  loaders: [answers([[open(), emit(history), hold, emit(sse({ temperature: 41 }))]])],
  async play({ canvas, loaded }) {
    await expect(await canvas.findByText('42 %')).toBeVisible()
    serverOf({ loaded }).release(0)
    await waitFor(() =>
      expect(canvas.getByRole('alert')).toHaveTextContent('Expected a load in per cent'),
    )
    await expect(canvas.getByTestId('newest')).toHaveTextContent(/^42 %$/)
  },
}
