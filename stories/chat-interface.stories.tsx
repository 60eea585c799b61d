import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, fireEvent, waitFor } from 'storybook/test'
import { ChatPage } from './support/chat-page.js'
import { answer, emit, hold, open } from './support/scripted-server.js'
import { showsSource } from './support/source.js'
import { answers, serverOf } from './support/story.js'
import { ask } from './support/talk.js'
import { delta, done } from './support/wire.js'

const meta: Meta<typeof ChatPage> = {
  title: 'useStreamChat/Interface',
  component: ChatPage,
  parameters: showsSource('chat-page.tsx'),
  render: (args, context) => <ChatPage {...args} fetch={serverOf(context).fetch} />,
}

export default meta
type Story = StoryObj<typeof meta>
type Canvas = StoryContext['canvas']

const family = '👨‍👩‍👧'
const long = `The brook has run dry. ${family} 小溪断流了。`.repeat(30)

const fieldOf = (canvas: Canvas) => canvas.getByRole<HTMLTextAreaElement>('textbox')
const replyOf = (canvas: Canvas) => canvas.getAllByRole('listitem')[1]!

/** Everything that the live region says, in order. */
function heard(canvas: Canvas): string[] {
  const region = canvas.getByRole('status')
  const said: string[] = []
  new MutationObserver(() => said.push(region.textContent)).observe(region, {
    childList: true,
    characterData: true,
    subtree: true,
  })
  return said
}

const nextFrame = () => new Promise<number>(requestAnimationFrame)

/** `useSmoothText`: one large chunk is typed out in half a second, and never cut inside an emoji. */
export const TypedEvenly: Story = {
  loaders: [answers([[open(), hold, emit(delta(long)), hold, emit(done)]])],
  async play({ canvas, loaded }) {
    await ask(canvas, 'And the brook?')
    await waitFor(() => expect(canvas.getAllByRole('listitem')).toHaveLength(2))
    const reply = replyOf(canvas)
    const begin = await nextFrame()
    serverOf({ loaded }).release(0)
    const shown: string[] = []
    const ahead: string[] = []
    while (shown.at(-1) !== long) {
      const now = await nextFrame()
      const text = reply.textContent
      // However long a frame takes. The first one counts for 16 ms, and the last character may be an emoji.
      const due = ((now - begin + 16) / 500) * long.length + family.length
      if (text.length > due) ahead.push(text)
      shown.push(text)
    }
    await expect(ahead).toEqual([])
    // A render that is late may miss a frame.
    await expect(new Set(shown).size).toBeGreaterThan(shown.length / 3)
    const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(long)
    const boundaries = new Set([...segments].map(({ index }) => index).concat(long.length))
    await expect(shown.filter(({ length }) => !boundaries.has(length))).toEqual([])
  },
}

/** When the reply is complete, the text that is not typed yet appears at once. */
export const WholeAtTheEnd: Story = {
  loaders: [answers([[open(), emit(delta(long)), emit(done)]])],
  async play({ canvas }) {
    await ask(canvas, 'And the brook?')
    await waitFor(() => expect(canvas.getByRole('button', { name: 'Send' })).toBeVisible())
    await waitFor(() => expect(replyOf(canvas)).toHaveTextContent(long.trim()))
  },
}

/** `useChatInput`: Enter sends; Shift+Enter and the Enter of an input method do not. */
export const EnterSends: Story = {
  loaders: [answers([[open(), emit(delta('Hi!')), emit(done)]])],
  async play({ canvas, loaded }) {
    const { exchanges } = serverOf({ loaded })
    const field = fieldOf(canvas)
    await fireEvent.change(field, { target: { value: '你好' } })
    await fireEvent.keyDown(field, { key: 'Enter', shiftKey: true })
    await fireEvent.keyDown(field, { key: 'Enter', isComposing: true, keyCode: 229 })
    await fireEvent.keyDown(field, { key: 'Enter', keyCode: 229 })
    await expect(exchanges).toHaveLength(0)
    await expect(field).toHaveValue('你好')
    await fireEvent.keyDown(field, { key: 'Enter', keyCode: 13 })
    await expect(field).toHaveValue('')
    await waitFor(() => expect(replyOf(canvas)).toHaveTextContent('Hi!'))
    await expect(exchanges).toHaveLength(1)
  },
}

/** If sending fails, the text returns to the field. */
export const TextComesBack: Story = {
  args: { retry: false },
  loaders: [answers([[answer(400, '{"error":"The model is asleep"}')]])],
  async play({ canvas }) {
    await ask(canvas, 'Good morning')
    await waitFor(() => expect(fieldOf(canvas)).toHaveValue('Good morning'))
    await expect(canvas.getByRole('alert')).toHaveTextContent('The model is asleep')
  },
}

const initialMessages = Array.from({ length: 20 }, (_, index) => ({
  role: index % 2 ? ('assistant' as const) : ('user' as const),
  content: `Message ${index + 1}`,
}))

/** `useStickToBottom`: it follows the reply, until the reader scrolls up. */
export const StaysAtTheBottom: Story = {
  args: { initialMessages },
  loaders: [
    answers([
      [open(), emit(delta(long)), hold, emit(delta(long)), hold, emit(delta('.')), emit(done)],
    ]),
  ],
  async play({ canvas, loaded, step }) {
    const server = serverOf({ loaded })
    const box = canvas.getByRole('region', { name: 'Conversation' })
    const distance = () => box.scrollHeight - box.clientHeight - box.scrollTop
    await step('it begins at the bottom and follows', async () => {
      await waitFor(() => expect(distance()).toBeLessThan(2))
      await ask(canvas, 'And the brook?')
      const before = box.scrollHeight
      await waitFor(() => expect(box.scrollHeight).toBeGreaterThan(before + 100))
      await waitFor(() => expect(distance()).toBeLessThan(2))
    })
    await step('scrolled up, it stays where the reader is', async () => {
      box.scrollTop = 100
      const button = canvas.getByRole('button', { name: 'To the end' })
      await waitFor(() => expect(button).toBeEnabled())
      const before = box.scrollHeight
      server.release(0)
      await waitFor(() => expect(box.scrollHeight).toBeGreaterThan(before))
      await expect(box.scrollTop).toBe(100)
      await fireEvent.click(button)
      await waitFor(() => expect(distance()).toBeLessThan(2))
      await waitFor(() => expect(button).toBeDisabled())
    })
  },
}

/** `useStreamAnnouncer`: a screen reader announces that a reply is coming, then reads all of it once. */
export const AnnouncedOnce: Story = {
  loaders: [
    answers([
      [
        open(),
        ...['The ', 'brook ', 'has ', 'run ', 'dry.'].map((word) => emit(delta(word))),
        emit(done),
      ],
    ]),
  ],
  async play({ canvas }) {
    const said = heard(canvas)
    await ask(canvas, 'And the brook?')
    await waitFor(() => expect(said).toEqual(['Replying.', 'The brook has run dry.']))
  },
}

/** A stopped reply is announced too. */
export const StopAnnounced: Story = {
  loaders: [answers([[open(), emit(delta('The brook'))]])],
  async play({ canvas }) {
    const said = heard(canvas)
    await ask(canvas, 'And the brook?')
    await waitFor(() => expect(replyOf(canvas)).toHaveTextContent('The'))
    await fireEvent.click(canvas.getByRole('button', { name: 'Stop' }))
    await waitFor(() => expect(said).toEqual(['Replying.', 'Reply stopped.']))
    await expect(replyOf(canvas)).toHaveTextContent('The brook')
  },
}
