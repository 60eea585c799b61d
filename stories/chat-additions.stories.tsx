import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, fireEvent, waitFor } from 'storybook/test'
import { BranchedChat } from './support/branched-chat.js'
import { emit, hold, open } from './support/scripted-server.js'
import { showsSource } from './support/source.js'
import { answers, serverOf } from './support/story.js'
import { ask } from './support/talk.js'
import { delta, done } from './support/wire.js'

const meta: Meta<typeof BranchedChat> = {
  title: 'useStreamChat/Branches and queue',
  component: BranchedChat,
  parameters: showsSource('branched-chat.tsx'),
  render: (args, context) => <BranchedChat {...args} fetch={serverOf(context).fetch} />,
}

export default meta
type Story = StoryObj<typeof meta>
type Canvas = StoryContext['canvas']

const shown = (canvas: Canvas) =>
  [...canvas.getAllByRole('list')[0]!.children].map(
    (item) => `${item.querySelector('p')!.textContent} ${item.querySelector('span')!.textContent}`,
  )
async function press(canvas: Canvas, name: string): Promise<void> {
  const button = canvas.getByRole('button', { name })
  // Some are disabled until a reply is over, which is after its text is there.
  await waitFor(() => expect(button).toBeEnabled())
  await fireEvent.click(button)
}
const reply = (text: string) => [open(), emit(delta(text)), emit(done)]

/** `useChatBranches`: ask for another reply, edit a question, and go back to the earlier branch. */
export const Branches: Story = {
  loaders: [answers([reply('It runs to the sea.'), reply('To the sea.'), reply('It is a brook.')])],
  async play({ canvas }) {
    await ask(canvas, 'Where to?')
    await waitFor(() => expect(shown(canvas)).toEqual(['Where to? 1/1', 'It runs to the sea. 1/1']))
    await press(canvas, 'Again')
    await waitFor(() => expect(shown(canvas)).toEqual(['Where to? 1/1', 'To the sea. 2/2']))
    await press(canvas, 'Before “To the sea.”')
    await expect(shown(canvas)).toEqual(['Where to? 1/1', 'It runs to the sea. 1/2'])
    await press(canvas, 'Edit “Where to?”')
    await expect(canvas.getByRole('textbox', { name: 'Message' })).toHaveValue('Where to?')
    await ask(canvas, 'What?')
    await waitFor(() => expect(shown(canvas)).toEqual(['What? 2/2', 'It is a brook. 1/1']))
    await press(canvas, 'Before “What?”')
    await expect(shown(canvas)).toEqual(['Where to? 1/2', 'It runs to the sea. 1/2'])
  },
}

/** `useChatQueue`: a message sent during a reply waits for its turn, unless it is taken back. */
export const Queue: Story = {
  loaders: [answers([[open(), hold, emit(delta('First.')), emit(done)], reply('Third.')])],
  async play({ canvas, loaded }) {
    await ask(canvas, 'One')
    await ask(canvas, 'Two')
    await ask(canvas, 'Three')
    await press(canvas, 'Do not send “Two”')
    await expect(canvas.getByRole('button', { name: 'Do not send “Three”' })).toBeVisible()
    serverOf({ loaded }).release(0)
    await waitFor(() =>
      expect(shown(canvas)).toEqual(['One 1/1', 'First. 1/1', 'Three 1/1', 'Third. 1/1']),
    )
    await expect(canvas.queryByRole('button', { name: /Do not send/ })).toBeNull()
  },
}
