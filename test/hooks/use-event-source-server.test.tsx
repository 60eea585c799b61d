import { renderToString } from 'react-dom/server'
import { expect, test, vi } from 'vitest'
import { useEventSource, type EventSourceUrl } from '../../src/hooks/use-event-source.js'

function Shown({ url }: { url: EventSourceUrl }) {
  const { status, data } = useEventSource(url, { initial: 'nothing yet', reduce: (state) => state })
  return `${status}: ${data}`
}

test('without a page a server renders what the first render of the page will say', async () => {
  const fetch = vi.spyOn(globalThis, 'fetch')
  expect(renderToString(<Shown url="/events" />)).toBe('connecting: nothing yet')
  expect(renderToString(<Shown url={null} />)).toBe('idle: nothing yet')
  await new Promise((resolve) => setTimeout(resolve))
  expect(fetch).not.toHaveBeenCalled()
})
