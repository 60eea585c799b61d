import { StrictMode, useState } from 'react'
import { expect, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { useEventSource } from '../../src/hooks/use-event-source.js'
import { startServer } from '../servers/server.js'

interface Shared {
  url: string
  share: true | 'browser'
}

function Latest({ url, share, name }: Shared & { name: string }) {
  const { status, data } = useEventSource(url, { share })
  return (
    <p>
      {name} {status}: {data}
    </p>
  )
}

function Page({ url, share }: Shared) {
  const [isLate, setLate] = useState(false)
  return (
    <>
      <Latest url={url} share={share} name="one" />
      <Latest url={url} share={share} name="two" />
      {isLate ? <Latest url={url} share={share} name="late" /> : null}
      <button onClick={() => setLate(true)}>More</button>
    </>
  )
}

test.each([true, 'browser'] as const)(
  'share: %s makes one request for all components, in StrictMode too, and closes it after the last',
  async (share) => {
    const server = await startServer('numbers', { count: 3 })
    const screen = await render(
      <StrictMode>
        <Page url={server.url} share={share} />
      </StrictMode>,
    )
    for (const name of ['one', 'two']) {
      await expect.element(screen.getByText(`${name} open: 3`)).toBeInTheDocument()
    }
    await screen.getByRole('button').click()
    await expect.element(screen.getByText('late open: 3')).toBeInTheDocument()
    expect(await server.seen()).toMatchObject([{ disconnected: false }])
    await screen.unmount()
    await expect.poll(server.seen).toMatchObject([{ disconnected: true }])
    await expect.poll(() => navigator.locks.query()).toEqual({ held: [], pending: [] })
  },
)

test('another component in the place of the last one keeps the connection', async () => {
  const server = await startServer('numbers', { count: 3 })
  const screen = await render(<Latest key="a" url={server.url} share name="one" />)
  await expect.element(screen.getByText('one open: 3')).toBeInTheDocument()
  await screen.rerender(<Latest key="b" url={server.url} share name="two" />)
  await expect.element(screen.getByText('two open: 3')).toBeInTheDocument()
  expect(await server.seen()).toHaveLength(1)
})
