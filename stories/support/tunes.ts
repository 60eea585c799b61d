import type { StoryContext } from '@storybook/react-vite'

type Page = Pick<StoryContext, 'canvas' | 'userEvent'>

export async function composeAll({ canvas, userEvent }: Page): Promise<void> {
  await userEvent.click(canvas.getByRole('button', { name: 'Compose all' }))
}

/** What each row says of its task, in order. */
export function states(canvas: Page['canvas']): (string | null)[] {
  return canvas.queryAllByTestId('state').map(({ textContent }) => textContent)
}
