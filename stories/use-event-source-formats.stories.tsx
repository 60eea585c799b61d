import type { Meta, StoryObj } from '@storybook/react-vite'
import type { ReceivedRequest } from 'brooklet/testing'
import { expect, waitFor, within } from 'storybook/test'
import { formats, Formats } from './support/formats.js'
import { emit, end, hold, open, type Step } from './support/scripted-server.js'
import { showsSource } from './support/source.js'
import { answers, serverOf } from './support/story.js'
import { sse } from './support/wire.js'

const records = ['{"城市":"苏州","温度":21}', '{"城市":"杭州","温度":23}']

const streams: Record<string, { type: string; frame(record: string): string; end: Step[] }> = {
  sse: {
    type: 'text/event-stream',
    frame: (record) => sse(record),
    end: [emit(sse('bye', { event: 'end' }))],
  },
  ndjson: { type: 'application/x-ndjson', frame: (record) => `${record}\n`, end: [end] },
  'json-seq': { type: 'application/json-seq', frame: (record) => `\x1e${record}\n`, end: [end] },
  text: { type: 'text/plain', frame: (record) => record, end: [end] },
}

/** The same records in each format; the URL names the format. */
function stepsFor({ url }: ReceivedRequest): Step[] {
  const stream = streams[url.split('/').at(-1)!]!
  const [first, second] = records.map((record) => emit(stream.frame(record)))
  return [open(stream.type), first!, hold, second!, hold, ...stream.end]
}

const meta: Meta<typeof Formats> = {
  title: 'useEventSource/Formats',
  component: Formats,
  parameters: showsSource('formats.tsx'),
  loaders: [answers(stepsFor)],
  render: (args, context) => <Formats {...args} fetch={serverOf(context).fetch} />,
}

export default meta

/**
 * The same records as an event stream, NDJSON, json-seq and plain text: one hook reads all four. The
 * event stream ends by its terminal event, the others by the end of their body.
 */
export const SideBySide: StoryObj<typeof meta> = {
  async play({ canvas, loaded, step }) {
    const server = serverOf({ loaded })
    const panels = formats.map((format) => within(canvas.getByRole('region', { name: format })))
    const releaseAll = () => formats.forEach((_, index) => server.release(index))
    const seen = () => panels.map((panel) => panel.queryAllByRole('listitem').map(textOf))
    const states = () => panels.map((panel) => textOf(panel.getByTestId('status')))

    await step('one record', () => waitFor(() => expect(seen()).toEqual(alike([records[0]]))))
    releaseAll()
    await step('two records', async () => {
      await waitFor(() => expect(seen()).toEqual(alike(records)))
      await expect(states()).toEqual(alike('open'))
    })
    releaseAll()
    await step('the end', async () => {
      await waitFor(() => expect(states()).toEqual(alike('closed')))
      await expect(seen()).toEqual(alike(records))
      await expect(server.exchanges).toHaveLength(formats.length)
    })
  },
}

function textOf({ textContent }: HTMLElement): string | null {
  return textContent
}

function alike<T>(value: T): T[] {
  return formats.map(() => value)
}
