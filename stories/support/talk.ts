import type { StoryContext } from '@storybook/react-vite'

type Page = Pick<StoryContext, 'canvas' | 'userEvent'>

/** Types a message and sends it, as a user does. */
export async function ask({ canvas, userEvent }: Page, text: string): Promise<void> {
  await userEvent.type(canvas.getByRole('textbox', { name: 'Message' }), `${text}{Enter}`)
}

/** What `Readings` shows, by name. */
export function readings(canvas: Page['canvas']): Record<string, string | null> {
  const values = canvas.queryAllByRole('definition').filter(({ dataset }) => dataset.testid)
  return Object.fromEntries(values.map(({ dataset, textContent }) => [dataset.testid, textContent]))
}
