import type { StoryContext } from '@storybook/react-vite'
import { fireEvent } from 'storybook/test'

type Canvas = StoryContext['canvas']

export async function composeAll(canvas: Canvas): Promise<void> {
  await fireEvent.click(canvas.getByRole('button', { name: 'Compose all' }))
}

/** What each row says of its task, in order. */
export function states(canvas: Canvas): (string | null)[] {
  return canvas.queryAllByTestId('state').map(({ textContent }) => textContent)
}
