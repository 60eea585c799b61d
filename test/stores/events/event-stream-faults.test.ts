// What the page's own functions throw.
import { expect, onTestFinished, test, vi } from 'vitest'
import { opened } from './event-stream-harness.js'

/** Catches what handlers throw, which is reported as the platform does it. */
function reported(): unknown[] {
  const errors: unknown[] = []
  vi.stubGlobal('reportError', (error: unknown) => errors.push(error))
  onTestFinished(() => void vi.unstubAllGlobals())
  return errors
}

test('a handler that throws neither stops the stream nor skips what follows', async () => {
  const errors = reported()
  const seen: string[] = []
  const { send, stream, server, now, clock } = await opened<string, string>({
    events: {
      bad: () => {
        throw new Error('in events')
      },
    },
    onEvent: ({ data }) => seen.push(data),
    onOpen: () => {
      throw new Error('in onOpen')
    },
    onError: () => {
      throw new Error('in onError')
    },
    onClose: () => {
      throw new Error('in onClose')
    },
  })
  await send('event: bad\ndata: 1\n\ndata: 2\n\n')
  expect(seen).toEqual(['2'])
  expect((await now()).data).toBe('2')
  server.last.cut()
  await clock.advance(1_000)
  expect(server.exchanges).toHaveLength(2)
  stream.close()
  expect(errors.map(String)).toEqual([
    'Error: in onOpen',
    'Error: in events',
    'Error: in onError',
    'Error: in onClose',
  ])
})

test('a throwing handler does not keep its event from reduce and closeOn', async () => {
  reported()
  const { send, stream } = await opened<string, string>({
    onEvent: () => {
      throw new Error('in onEvent')
    },
    initial: '',
    reduce: (state, { data }) => state + data,
    closeOn: 'end',
  })
  await send('event: end\ndata: x\n\n')
  expect(stream.getSnapshot()).toMatchObject({ status: 'closed', data: 'x' })
})

test('a reducer or closeOn that throws is reported, and the data stays', async () => {
  const errors = reported()
  const { send, now } = await opened<string, string>({
    initial: 'kept',
    reduce: () => {
      throw new Error('in reduce')
    },
    closeOn: () => {
      throw new Error('in closeOn')
    },
  })
  await send('data: 1\n\n')
  expect(await now()).toMatchObject({ status: 'open', data: 'kept' })
  expect(errors).toHaveLength(2)
})
