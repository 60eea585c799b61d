import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, fireEvent, waitFor, within } from 'storybook/test'
import { RecipeCard } from './support/recipe.js'
import { emit, hold, open } from './support/scripted-server.js'
import { showsSource } from './support/source.js'
import { answers, serverOf } from './support/story.js'
import { delta, done } from './support/wire.js'

const meta: Meta<typeof RecipeCard> = {
  title: 'useStreamChat/useStreamObject',
  component: RecipeCard,
  parameters: showsSource('recipe.tsx'),
  render: (args, context) => <RecipeCard {...args} fetch={serverOf(context).fetch} />,
}

export default meta
type Story = StoryObj<typeof meta>
type Canvas = StoryContext['canvas']

const press = (canvas: Canvas, name: string) =>
  fireEvent.click(canvas.getByRole('button', { name }))
const items = (canvas: Canvas, list: string) =>
  within(canvas.getByRole('list', { name: list }))
    .queryAllByRole('listitem')
    .map(({ textContent }) => textContent)

const begun =
  '{"title": "Leek soup", "ingredients": [{"name": "leeks", "amount": "3"}, {"name": "but'
const rest = 'ter", "amount": "20 g"}], "steps": ["Cut the leeks.", "Cook them in butter."]}'

/** Fields appear as they arrive, word by word; at the end, the schema checks the whole object. */
export const Recipe: Story = {
  loaders: [answers([[open(), emit(delta(begun)), hold, emit(delta(rest) + done)]])],
  async play({ canvas, loaded }) {
    await press(canvas, 'Write it')
    await waitFor(() => expect(items(canvas, 'Ingredients')).toEqual(['3 leeks', ' but']))
    await expect(canvas.getByRole('heading', { name: 'Leek soup' })).toBeVisible()
    await expect(canvas.getByRole('status')).toBeEmptyDOMElement()
    serverOf({ loaded }).release(0)
    await waitFor(() => expect(canvas.getByRole('status')).toHaveTextContent('A recipe in 2 steps'))
    await expect(items(canvas, 'Ingredients')).toEqual(['3 leeks', '20 g butter'])
    await expect(items(canvas, 'Steps')).toEqual(['Cut the leeks.', 'Cook them in butter.'])
  },
}

/** The model forgot a field: what arrived stays, and the error says what is missing. */
export const Refused: Story = {
  loaders: [answers([[open(), emit(delta('{"title": "Leek soup", "ingredients": []}') + done)]])],
  async play({ canvas }) {
    await press(canvas, 'Write it')
    await waitFor(() => expect(canvas.getByRole('alert')).toHaveTextContent('steps'))
    await expect(canvas.getByRole('heading', { name: 'Leek soup' })).toBeVisible()
    await expect(canvas.getByRole('button', { name: 'Write it' })).toBeEnabled()
  },
}

/** `stop` ends the reply and keeps what has arrived. */
export const Stopped: Story = {
  loaders: [answers([[open(), emit(delta(begun)), hold]])],
  async play({ canvas, loaded }) {
    await press(canvas, 'Write it')
    await waitFor(() => expect(items(canvas, 'Ingredients')).toEqual(['3 leeks', ' but']))
    await press(canvas, 'Stop')
    await waitFor(() => expect(canvas.getByRole('button', { name: 'Write it' })).toBeVisible())
    await expect(items(canvas, 'Ingredients')).toEqual(['3 leeks', ' but'])
    await expect(canvas.queryByRole('alert')).toBeNull()
    await expect(serverOf({ loaded }).exchanges).toHaveLength(1)
  },
}
