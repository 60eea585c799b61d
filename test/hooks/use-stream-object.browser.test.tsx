// A real stream of a real server: the object on the page while it comes, checked, and stopped.
import { StrictMode } from 'react'
import { expect, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { z } from 'zod'
import { useStreamObject } from '../../src/hooks/use-stream-object.js'
import { startServer } from '../servers/server.js'

const schema = z.object({ title: z.string(), steps: z.array(z.string()) })

/** What has been on the page, one frame after the other. */
const frames: string[] = []

function RecipePage({ url }: { url: string }) {
  const { object, result, isLoading, error, submit, stop } = useStreamObject({ url, schema })
  const shown = [object?.title, ...(object?.steps ?? [])].join(' | ')
  frames.push(shown)
  return (
    <>
      {['Soup', 'Steps', 'Wait'].map((name) => (
        <button key={name} onClick={() => void submit(name)}>
          {name}
        </button>
      ))}
      <button onClick={stop}>Stop</button>
      <p aria-label="Recipe">{shown}</p>
      <output>
        {isLoading ? 'writing' : result ? `${result.steps.length} steps` : (error?.code ?? 'idle')}
      </output>
    </>
  )
}

async function open() {
  frames.length = 0
  const server = await startServer('recipes')
  const screen = await render(
    <StrictMode>
      <RecipePage url={server.url} />
    </StrictMode>,
  )
  return { server, screen }
}

test('the object grows on the page, and is whole at the end', async () => {
  const { server, screen } = await open()
  await screen.getByText('Soup').click()
  await expect.element(screen.getByText('2 steps')).toBeVisible()
  const whole = 'Leek soup 🥬 | Cut the leeks | Cook them'
  await expect.element(screen.getByLabelText('Recipe')).toHaveTextContent(whole)
  const grown = [...new Set(frames)].filter(Boolean)
  expect(grown.length).toBeGreaterThan(1)
  for (const [index, shown] of grown.entries()) {
    expect(whole.startsWith(shown)).toBe(true)
    expect(shown.length).toBeGreaterThan(grown[index - 1]?.length ?? 0)
  }
  expect(await server.seen()).toMatchObject([{ method: 'POST', disconnected: false }])
})

test('what the schema refuses is an error, and what came of it stays', async () => {
  const { screen } = await open()
  await screen.getByText('Steps').click()
  await expect.element(screen.getByText('parse')).toBeVisible()
  await expect.element(screen.getByLabelText('Recipe')).toHaveTextContent('No steps')
  await screen.getByText('Soup').click()
  await expect.element(screen.getByText('2 steps')).toBeVisible()
})

test('stop() disconnects from the server and keeps what came; leaving the page disconnects too', async () => {
  const { server, screen } = await open()
  const recipe = screen.getByLabelText('Recipe')
  const disconnected = async () => (await server.seen()).map((each) => each.disconnected)
  await screen.getByText('Wait').click()
  await expect.element(recipe).toHaveTextContent('Leek soup 🥬 | Cut the leek')
  await screen.getByText('Stop').click()
  await expect.element(screen.getByText('idle')).toBeVisible()
  await expect.element(recipe).toHaveTextContent('Leek soup 🥬 | Cut the leek')
  await expect.poll(disconnected).toEqual([true])

  await screen.getByText('Wait').click()
  await expect.element(screen.getByText('writing')).toBeVisible()
  await expect.poll(async () => (await server.seen()).length).toBe(2)
  await screen.unmount()
  await expect.poll(disconnected).toEqual([true, true])
})
