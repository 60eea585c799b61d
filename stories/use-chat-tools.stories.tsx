import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fireEvent, waitFor, within } from 'storybook/test'
import { emit, hold, open } from './support/scripted-server.js'
import { showsSource } from './support/source.js'
import { answers, serverOf } from './support/story.js'
import { ShoppingList } from './support/tools.js'
import { done, sse } from './support/wire.js'

const meta: Meta<typeof ShoppingList> = {
  title: 'useStreamChat/useChatTools',
  component: ShoppingList,
  parameters: showsSource('tools.tsx'),
  render: (args, context) => <ShoppingList {...args} fetch={serverOf(context).fetch} />,
}

export default meta
type Story = StoryObj<typeof meta>

function called(index: number, name: string, text: string): string {
  const call = { index, id: name, function: { name, arguments: text } }
  return sse({ choices: [{ delta: { tool_calls: [call] } }] })
}

function said(content: string): string {
  return sse({ choices: [{ delta: { content } }] })
}

const calls = [
  open(),
  emit(called(0, 'add', '{"item":"Sug')),
  hold,
  emit(called(0, '', 'ar"}') + called(1, 'remove', '{"item":"Milk"}') + done),
]

/** One tool runs at once, the other after a person agrees. Then the model gets both results. */
export const Approval: Story = {
  loaders: [answers([calls, [open(), emit(said('Sugar it is.') + done)]])],
  async play({ canvas, loaded, step }) {
    const server = serverOf({ loaded })
    const items = () =>
      within(canvas.getByRole('list', { name: 'Items' }))
        .getAllByRole('listitem')
        .map(({ textContent }) => textContent)

    await fireEvent.click(canvas.getByRole('button', { name: 'No milk, but sugar' }))
    await step('the call streams', async () => {
      await waitFor(() => expect(canvas.getByText(/add {"item":"Sug streaming/)).toBeVisible())
    })
    server.release(0)
    await step('what needs no approval is done', async () => {
      await waitFor(() => expect(items()).toEqual(['Tea', 'Milk', 'Sugar']))
      await expect(server.exchanges).toHaveLength(1)
    })
    await fireEvent.click(await canvas.findByRole('button', { name: 'Allow' }))
    await step('the rest is done, and the model answers', async () => {
      await waitFor(() => expect(items()).toEqual(['Tea', 'Sugar']))
      await waitFor(() => expect(canvas.getByText('Sugar it is.')).toBeVisible())
      await expect(await server.exchanges[1]!.request.json()).toMatchObject({
        messages: [
          { role: 'user' },
          { role: 'assistant' },
          { role: 'tool', tool_call_id: 'add', content: 'Sugar is on the list' },
          { role: 'tool', tool_call_id: 'remove', content: 'Milk is off the list' },
        ],
        tools: [{ function: { name: 'add' } }, { function: { name: 'remove' } }],
      })
    })
  },
}

/** A refused call is not run, and the model is told why. */
export const Refusal: Story = {
  loaders: [answers([calls, [open(), emit(said('The milk stays.') + done)]])],
  async play({ canvas, loaded }) {
    const server = serverOf({ loaded })
    await fireEvent.click(canvas.getByRole('button', { name: 'No milk, but sugar' }))
    await waitFor(() => expect(canvas.getByText(/streaming/)).toBeVisible())
    server.release(0)
    await fireEvent.click(await canvas.findByRole('button', { name: 'Refuse' }))
    await waitFor(() => expect(canvas.getByText('The milk stays.')).toBeVisible())
    await expect(canvas.getByText('Milk')).toBeVisible()
    await expect(await server.exchanges[1]!.request.json()).toHaveProperty(
      'messages.3.content',
      'The user still wants it',
    )
  },
}
