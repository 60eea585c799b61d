import { StrictMode } from 'react'
import { expect, onTestFinished, test } from 'vitest'
import { commands } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { useEventSource } from '../../src/hooks/use-event-source.js'

function Ticks({ url }: { url: string }) {
  const { status, data } = useEventSource(url, {
    closeOn: 'close',
    initial: [] as string[],
    reduce: (seen, event) => [...seen, event.data],
  })
  return (
    <p>
      {status}: {data.join(', ')}
    </p>
  )
}

test('shows what a real server streams, and stops at its terminal event', async () => {
  const url = await commands.startServer('test/support/servers/ticks.ts', { count: 3 })
  onTestFinished(() => commands.stopServer(url))
  const screen = await render(
    <StrictMode>
      <Ticks url={url} />
    </StrictMode>,
  )
  await expect.element(screen.getByText('closed: tick 1, tick 2, tick 3, bye')).toBeInTheDocument()
})
