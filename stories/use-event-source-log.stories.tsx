import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor, within } from 'storybook/test'
import { LiveLog } from './support/live-log.js'
import { emit, hold, open } from './support/scripted-server.js'
import { showsSource } from './support/source.js'
import { answers, serverOf } from './support/story.js'
import { sse } from './support/wire.js'

const lines = [
  '服务启动，端口 8080',
  'GET /api/orders 200 12 ms',
  'GET /api/orders/42 200 8 ms',
  'POST /api/orders 201 31 ms',
  '库存不足：订单 43 等待补货',
  'GET /health 200 1 ms',
]

const meta: Meta<typeof LiveLog> = {
  title: 'useEventSource/Live log',
  component: LiveLog,
  args: { size: 5 },
  parameters: showsSource('live-log.tsx'),
  render: (args, context) => <LiveLog {...args} fetch={serverOf(context).fetch} />,
}

export default meta
type Story = StoryObj<typeof meta>

function record(from: number, to: number): string {
  const numbered = lines.map((line, index) => sse(line, { id: String(index + 1) }))
  return numbered.slice(from, to).join('')
}

/** Before the first event, `data` is `initial`. */
export const Empty: Story = {
  loaders: [answers([[open()]])],
  async play({ canvas }) {
    await waitFor(() => expect(canvas.getByRole('status')).toHaveTextContent('open'))
    await expect(canvas.queryAllByRole('listitem')).toHaveLength(0)
    await expect(canvas.getByText('nothing logged yet')).toBeVisible()
  },
}

/** `reduce` adds each event to the state and drops old ones: the sixth line pushes out the first. */
export const Filled: Story = {
  loaders: [answers([[open(), emit(record(0, 5)), hold, emit(record(5, 6))]])],
  async play({ canvas, loaded }) {
    await waitFor(() => expect(canvas.getAllByRole('listitem')).toHaveLength(5))
    await expect(canvas.getByText(lines[0]!)).toBeVisible()
    serverOf({ loaded }).release(0)
    await expect(await canvas.findByText(lines[5]!)).toBeVisible()
    const list = within(canvas.getByRole('list'))
    await expect(list.getAllByRole('listitem')).toHaveLength(5)
    await expect(list.queryByText(lines[0]!)).toBeNull()
  },
}
