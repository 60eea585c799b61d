import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor } from 'storybook/test'
import { emit, hold, open } from './support/scripted-server.js'
import { showsSource } from './support/source.js'
import { answers, serverOf } from './support/story.js'
import { ask } from './support/talk.js'
import { TutorialChat } from './support/tutorial-chat.js'
import { delta, done } from './support/wire.js'

const meta: Meta<typeof TutorialChat> = {
  title: 'useStreamChat/Tutorial form',
  component: TutorialChat,
  parameters: showsSource('tutorial-chat.tsx'),
  render: (args, context) => <TutorialChat {...args} fetch={serverOf(context).fetch} />,
}

export default meta
type Story = StoryObj<typeof meta>

/** `await sendMessage(messages)` sends exactly those messages; `streamingContent` grows meanwhile. */
export const TwoTurns: Story = {
  loaders: [
    answers([
      [open(), emit(delta('你好')), hold, emit(delta('，世界')), emit(done)],
      [open(), emit(delta('再见')), emit(done)],
    ]),
  ],
  async play({ canvas, loaded, step }) {
    const server = serverOf({ loaded })
    const shown = () => canvas.getAllByRole('listitem').map(({ textContent }) => textContent)

    await ask(canvas, '打个招呼')
    await step('the reply streams', async () => {
      await waitFor(() => expect(shown()).toEqual(['打个招呼', '你好']))
      await expect(canvas.getByRole('button', { name: 'Send' })).toBeDisabled()
    })
    server.release(0)
    await step('the promise resolves to the whole of it', async () => {
      await waitFor(() => expect(canvas.getByRole('button', { name: 'Send' })).toBeEnabled())
      await waitFor(() => expect(shown()).toEqual(['打个招呼', '你好，世界']))
    })
    await ask(canvas, '道别')
    await step('the second turn sends the whole history', async () => {
      await waitFor(() => expect(shown()).toEqual(['打个招呼', '你好，世界', '道别', '再见']))
      await expect(await server.exchanges[1]!.request.json()).toEqual({
        messages: [
          { role: 'user', content: '打个招呼' },
          { role: 'assistant', content: '你好，世界' },
          { role: 'user', content: '道别' },
        ],
      })
    })
  },
}

/** Before the first delta, there is nothing to show. */
export const Loading: Story = {
  loaders: [answers([[open()]])],
  async play({ canvas }) {
    await ask(canvas, '打个招呼')
    await expect(await canvas.findByText('…')).toBeVisible()
  },
}
