import type { StoryContext } from '@storybook/react-vite'
import { fireEvent } from 'storybook/test'

type Canvas = StoryContext['canvas']

/**
 * Writes a message and sends it. Events rather than a user's typing: in the documentation many
 * stories play on one page, and the focus would jump from one to the other.
 */
export async function ask(canvas: Canvas, text: string): Promise<void> {
  const input = canvas.getByRole('textbox', { name: 'Message' })
  await fireEvent.change(input, { target: { value: text } })
  await fireEvent.click(canvas.getByRole('button', { name: 'Send' }))
}

/** What `Readings` shows, by name. */
export function readings(canvas: Canvas): Record<string, string | null> {
  const values = canvas.queryAllByRole('definition').filter(({ dataset }) => dataset.testid)
  return Object.fromEntries(values.map(({ dataset, textContent }) => [dataset.testid, textContent]))
}
