import { act, render } from '@testing-library/react'
import { Profiler, StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { useSmoothText } from '../../src/hooks/use-smooth-text.js'

interface ReplyProps {
  text: string
  isStreaming?: boolean
}

function Reply({ text, isStreaming }: ReplyProps) {
  return <p>{useSmoothText(text, { isStreaming })}</p>
}

beforeEach(
  () => void vi.useFakeTimers({ toFake: ['requestAnimationFrame', 'cancelAnimationFrame'] }),
)
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const nextFrame = () => act(() => vi.advanceTimersToNextFrame())

function show(props: ReplyProps) {
  let commits = 0
  const element = (props: ReplyProps) => (
    <StrictMode>
      <Profiler id="reply" onRender={() => (commits += 1)}>
        <Reply {...props} />
      </Profiler>
    </StrictMode>
  )
  const { container, rerender, unmount } = render(element(props))
  return {
    text: () => container.textContent,
    update: (props: ReplyProps) => rerender(element(props)),
    commits: () => commits,
    /** Frames until nothing is left to do. */
    async finish() {
      for (let frame = 0; vi.getTimerCount() > 0; frame += 1) {
        expect(frame).toBeLessThan(100)
        await nextFrame()
      }
    },
    unmount,
  }
}

const long = 'The brook has run dry. '.repeat(20)

test('what is there at the first render is there whole', () => {
  const page = show({ text: long })
  expect(page.text()).toBe(long)
  expect(vi.getTimerCount()).toBe(0)
})

test('what comes is typed, a little each frame, to its end', async () => {
  const page = show({ text: '' })
  page.update({ text: long })
  expect(page.text()).toBe('')
  let seen = 0
  for (let frame = 0; frame < 20; frame += 1) {
    await nextFrame()
    expect(page.text().length).toBeGreaterThan(seen)
    expect(page.text().length).toBeLessThan(seen + 30)
    expect(long.startsWith(page.text())).toBe(true)
    seen = page.text().length
  }
  await page.finish()
  expect(page.text()).toBe(long)
})

test('renders at most once a frame, and asks for no frame when all is typed', async () => {
  const page = show({ text: '' })
  page.update({ text: long })
  let commits = page.commits()
  for (let frame = 0; frame < 20; frame += 1, commits = page.commits()) {
    await nextFrame()
    expect(page.commits() - commits).toBeLessThanOrEqual(1)
  }
  await page.finish()
  commits = page.commits()
  page.update({ text: long })
  expect(vi.getTimerCount()).toBe(0)
  expect(page.commits()).toBe(commits + 1)
})

test('catches up at once when the message is settled', async () => {
  const page = show({ text: '', isStreaming: true })
  page.update({ text: long, isStreaming: true })
  await nextFrame()
  expect(page.text()).not.toBe(long)
  page.update({ text: long, isStreaming: false })
  expect(page.text()).toBe(long)
  expect(vi.getTimerCount()).toBe(0)
})

test('types the next text after it was settled', async () => {
  const page = show({ text: long, isStreaming: false })
  page.update({ text: '', isStreaming: true })
  expect(page.text()).toBe('')
  page.update({ text: long, isStreaming: true })
  await nextFrame()
  expect(page.text().length).toBeGreaterThan(0)
  expect(page.text().length).toBeLessThan(50)
})

describe('text that does not go on from what is shown', () => {
  test.each([
    ['replaced', 'Something else'],
    ['shortened', 'The brook'],
    ['emptied', ''],
  ])('is shown at once: %s', async (_, next) => {
    const page = show({ text: '' })
    page.update({ text: long })
    for (let frame = 0; frame < 10; frame += 1) await nextFrame()
    expect(page.text().length).toBeGreaterThan('The brook'.length)
    page.update({ text: next })
    expect(page.text()).toBe(next)
    page.update({ text: `${next} and more` })
    expect(page.text()).toBe(next)
    await page.finish()
    expect(page.text()).toBe(`${next} and more`)
  })
})

test('whoever prefers reduced motion gets all at once', async () => {
  vi.stubGlobal('matchMedia', (query: string) => ({
    matches: query === '(prefers-reduced-motion: reduce)',
  }))
  const page = show({ text: '' })
  page.update({ text: long })
  await nextFrame()
  expect(page.text()).toBe(long)
  page.update({ text: long + long })
  await nextFrame()
  expect(page.text()).toBe(long + long)
})

test('a component that leaves asks for no more frames', async () => {
  const page = show({ text: '' })
  page.update({ text: long })
  await nextFrame()
  page.unmount()
  expect(vi.getTimerCount()).toBe(0)
})

test('a server renders the whole text, and hydration agrees', async () => {
  const html = renderToString(<Reply text={long} />)
  expect(html).toBe(`<p>${long}</p>`)
  const container = document.createElement('div')
  container.innerHTML = html
  const onRecoverableError = vi.fn<(error: unknown) => void>()
  const root = await act(() =>
    hydrateRoot(container, <Reply text={long} />, { onRecoverableError }),
  )
  expect(onRecoverableError).not.toHaveBeenCalled()
  act(() => root.render(<Reply text={`${long}More.`} />))
  expect(container.textContent).toBe(long)
  for (let frame = 0; vi.getTimerCount() > 0 && frame < 100; frame += 1) await nextFrame()
  expect(container.textContent).toBe(`${long}More.`)
  act(() => root.unmount())
})
