import { act, render, renderHook, screen, waitFor } from '@testing-library/react'
import { StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { useStreamObject } from '../../src/hooks/use-stream-object.js'
import { createStreamObject } from '../../src/stores/chat/stream-object.js'
import { createTestServer, delta, outcome } from '../stores/chat/chat-support.js'

const schema = z.object({ title: z.string(), steps: z.array(z.string()) })
const url = 'http://localhost/api/recipe'
const aMacrotask = () => act(() => new Promise((resolve) => setTimeout(resolve)))

test('renders the object as it comes, and the newest options are the ones used', async () => {
  const { fetch, calls } = createTestServer()
  const hook = renderHook(
    (limit: number) =>
      useStreamObject({
        fetch,
        url,
        schema: schema.extend({ steps: z.array(z.string()).max(limit) }),
      }),
    { initialProps: 9, wrapper: StrictMode },
  )
  const { submit } = hook.result.current
  let result!: Promise<unknown>
  act(() => void (result = outcome(submit('Soup'))))
  await waitFor(() => expect(calls).toHaveLength(1))
  expect(hook.result.current).toMatchObject({ isLoading: true, object: undefined })
  await act(() => calls[0]!.open())
  await act(() => calls[0]!.send(delta('{"title": "Leek s')))
  await waitFor(() => expect(hook.result.current.object).toEqual({ title: 'Leek s' }))
  hook.rerender(1)
  expect(hook.result.current.submit).toBe(submit)
  await act(() => calls[0]!.send(delta('oup", "steps": ["Cut", "Cook"]}'), '[DONE]'))
  expect(await result).toMatchObject({ code: 'parse' })
  expect(hook.result.current).toMatchObject({
    object: { title: 'Leek soup', steps: ['Cut', 'Cook'] },
    result: undefined,
    isLoading: false,
    error: { code: 'parse' },
  })
})

test('unmounting ends the reply', async () => {
  const { fetch, calls } = createTestServer()
  const hook = renderHook(() => useStreamObject({ fetch, url, schema }))
  act(() => void hook.result.current.submit('Soup'))
  await waitFor(() => expect(calls).toHaveLength(1))
  hook.unmount()
  await aMacrotask()
  expect(calls[0]!.signal.aborted).toBe(true)
})

test('two components show one store, and a server renders it', async () => {
  const { fetch, calls } = createTestServer()
  const store = createStreamObject({ fetch, url, schema })
  function Title() {
    return <p>{useStreamObject(store).result?.title ?? 'none'}</p>
  }
  expect(renderToString(<Title />)).toBe('<p>none</p>')
  render(
    <>
      <Title />
      <Title />
    </>,
  )
  act(() => void store.submit('Soup'))
  await waitFor(() => expect(calls).toHaveLength(1))
  await act(() => calls[0]!.open())
  await act(() => calls[0]!.send(delta('{"title": "Soup", "steps": []}'), '[DONE]'))
  await waitFor(() => expect(screen.getAllByText('Soup')).toHaveLength(2))
})
