import { Activity } from 'react'
import { describe, expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { useStickToBottom } from '../../src/hooks/use-stick-to-bottom.js'
import {
  lineHeight,
  height,
  Box,
  show,
  growInEachFrame,
  frames,
} from './use-stick-to-bottom-support.js'

test('begins at the bottom, and stays there while the content grows', async () => {
  const { click, distance, state } = await show()
  await expect.poll(distance).toBeLessThan(1)
  for (let turn = 0; turn < 5; turn += 1) {
    click('Grow')
    await frames()
    expect(distance()).toBeLessThan(1)
  }
  expect(state()).toBe('at the bottom')
})

test('stays there when the box itself becomes smaller, as above a keyboard', async () => {
  const { box, distance } = await show()
  await expect.poll(distance).toBeLessThan(1)
  box().style.height = '90px'
  await frames()
  expect(distance()).toBeLessThan(1)
})

test('lets go when the reader scrolls up, and sticks again when they come back', async () => {
  const { screen, box, click, distance, state } = await show()
  await expect.poll(distance).toBeLessThan(1)
  await userEvent.wheel(screen.getByTestId('box'), { delta: { y: -150 } })
  await expect.poll(state).toBe('scrolled up')
  const { scrollTop } = box()
  click('Grow')
  await frames()
  expect(box().scrollTop).toBe(scrollTop)
  expect(state()).toBe('scrolled up')

  await userEvent.wheel(screen.getByTestId('box'), { delta: { y: 10_000 } })
  await expect.poll(state).toBe('at the bottom')
  click('Grow')
  await frames()
  expect(distance()).toBeLessThan(1)
})

test('a small step up is enough, though the content grows in every frame', async () => {
  const { screen, box, click, distance, state } = await show()
  await expect.poll(distance).toBeLessThan(1)
  growInEachFrame(() => click('Grow'))
  await frames()
  await userEvent.wheel(screen.getByTestId('box'), { delta: { y: -30 } })
  await expect.poll(state).toBe('scrolled up')
  const { scrollTop } = box()
  await frames(10)
  expect(box().scrollTop).toBeLessThanOrEqual(scrollTop)
})

test('lets go at the keyboard’s command, too', async () => {
  const { distance, state, box } = await show()
  await expect.poll(distance).toBeLessThan(1)
  box().tabIndex = 0
  box().focus()
  await userEvent.keyboard('{PageUp}')
  await expect.poll(state).toBe('scrolled up')
  await userEvent.keyboard('{End}')
  await expect.poll(state).toBe('at the bottom')
})

test('scrollToBottom scrolls there and sticks', async () => {
  const { box, click, distance, state } = await show()
  await expect.poll(distance).toBeLessThan(1)
  box().scrollTop = 0
  await expect.poll(state).toBe('scrolled up')
  click('To the end')
  expect(distance()).toBeLessThan(1)
  await expect.poll(state).toBe('at the bottom')
  click('Grow')
  await frames()
  expect(distance()).toBeLessThan(1)
})

test('scrollToBottom follows the page’s smooth scrolling', async () => {
  const { box, click, distance, state } = await show({ style: { scrollBehavior: 'smooth' } })
  await expect.poll(distance).toBeLessThan(1)
  box().scrollTo({ top: 0, behavior: 'instant' })
  await expect.poll(state).toBe('scrolled up')
  click('To the end')
  expect(distance()).toBeGreaterThan(1)
  click('Grow')
  await expect.poll(distance).toBeLessThan(1)
  expect(state()).toBe('at the bottom')
})

test('the page’s smooth scrolling keeps nobody from following, nor from letting go', async () => {
  const { screen, click, distance, state } = await show({ style: { scrollBehavior: 'smooth' } })
  await frames()
  expect(distance()).toBeLessThan(1)
  growInEachFrame(() => click('Grow'))
  await frames(10)
  // What this frame adds, and no more.
  expect(distance()).toBeLessThanOrEqual(5 * lineHeight)
  await userEvent.wheel(screen.getByTestId('box'), { delta: { y: -150 } })
  await expect.poll(state).toBe('scrolled up')
})

test('content that shrinks until nothing is left to scroll is at the bottom', async () => {
  const { box, click, distance, state } = await show()
  await expect.poll(distance).toBeLessThan(1)
  box().scrollTop = 0
  await expect.poll(state).toBe('scrolled up')
  click('Shrink')
  await expect.poll(state).toBe('at the bottom')
  for (let turn = 0; turn < 5; turn += 1) click('Grow')
  await expect.poll(distance).toBeLessThan(1)
  expect(box().scrollTop).toBeGreaterThan(0)
})

test('a fraction of a pixel, as zooming leaves, lets nothing go', async () => {
  const { box, click, distance, state } = await show({ style: { zoom: 1.1 } })
  await expect.poll(distance).toBeLessThan(2)
  box().scrollTop -= 0.5
  await frames()
  expect(state()).toBe('at the bottom')
  box().style.zoom = '0.67'
  await frames()
  click('Grow')
  await frames()
  expect(distance()).toBeLessThan(2)
  expect(state()).toBe('at the bottom')
})

describe('while one types', () => {
  /** As Firefox and Safari do to the box beside a field that the page measures at its smallest. */
  function type(box: HTMLElement): void {
    box.scrollTop -= 60
    document.body.dispatchEvent(new InputEvent('input', { bubbles: true }))
  }

  test('a field that fits its height to its text does not make it let go', async () => {
    const { box, click, distance, state } = await show()
    await expect.poll(distance).toBeLessThan(1)
    type(box())
    await frames()
    expect(distance()).toBeLessThan(1)
    expect(state()).toBe('at the bottom')
    click('Grow')
    await frames()
    expect(distance()).toBeLessThan(1)
  })

  test('a reader who has scrolled up stays there', async () => {
    const { box, distance, state } = await show()
    await expect.poll(distance).toBeLessThan(1)
    box().scrollTop = 100
    await expect.poll(state).toBe('scrolled up')
    type(box())
    await frames()
    expect(box().scrollTop).toBe(40)
    expect(state()).toBe('scrolled up')
  })
})

test('what is put before the others moves nothing, at the bottom or above it', async () => {
  const { box, click, distance, state } = await show()
  await expect.poll(distance).toBeLessThan(1)
  click('Load older')
  await frames()
  expect(distance()).toBeLessThan(1)
  box().scrollTop = lineHeight
  await expect.poll(state).toBe('scrolled up')
  click('Load older')
  await frames()
  expect(box().scrollTop).toBe(6 * lineHeight)
  expect(state()).toBe('scrolled up')
})

test('text that is selected does not move; afterwards it catches up', async () => {
  const { box, click, distance } = await show()
  await expect.poll(distance).toBeLessThan(1)
  const { scrollTop } = box()
  getSelection()!.selectAllChildren(box().querySelector('li:last-child')!)
  click('Grow')
  await frames()
  expect(box().scrollTop).toBe(scrollTop)
  getSelection()!.removeAllRanges()
  await expect.poll(distance).toBeLessThan(1)
})

test('a selection elsewhere holds nothing up', async () => {
  const { screen, click, distance } = await show()
  await expect.poll(distance).toBeLessThan(1)
  getSelection()!.selectAllChildren(screen.container.querySelector('output')!)
  click('Grow')
  await frames()
  expect(distance()).toBeLessThan(1)
  getSelection()!.removeAllRanges()
})

test('a box that was hidden comes back as the reader left it', async () => {
  const { box, click, distance, state, update } = await show()
  await expect.poll(distance).toBeLessThan(1)
  box().scrollTop = 100
  await expect.poll(state).toBe('scrolled up')
  await update({ style: { display: 'none' } })
  await frames()
  click('Grow')
  await update({})
  await frames()
  expect(state()).toBe('scrolled up')
  expect(box().scrollTop).toBe(100)
})

test('works when the box is mounted late, and when another takes its place', async () => {
  const { box, distance, state, update } = await show({ isMounted: false })
  await update({ isMounted: true, boxKey: 'a' })
  await expect.poll(distance).toBeLessThan(1)
  box().scrollTop = 0
  await expect.poll(state).toBe('scrolled up')
  const old = box()
  await update({ isMounted: true, boxKey: 'b' })
  expect(box()).not.toBe(old)
  await expect.poll(state).toBe('at the bottom')
  await expect.poll(distance).toBeLessThan(1)
})

test('says nothing that is not so when its box is gone', async () => {
  const { click, state, update } = await show()
  await update({ isMounted: false })
  click('To the end')
  await frames()
  expect(state()).toBe('at the bottom')
})

test('waits for a scroller that is mounted after the content', async () => {
  function Page({ scrolls }: { scrolls: boolean }) {
    const { scrollerRef, contentRef } = useStickToBottom()
    return (
      <div
        data-testid="box"
        ref={scrolls ? scrollerRef : undefined}
        style={{ height, overflow: 'auto' }}
      >
        <div ref={contentRef} style={{ height: 1_000 }} />
      </div>
    )
  }
  const screen = await render(<Page scrolls={false} />)
  const box = screen.getByTestId('box').element()
  await frames()
  expect(box.scrollTop).toBe(0)
  await screen.rerender(<Page scrolls />)
  await expect.poll(() => box.scrollTop).toBe(800)
})

test.runIf(Activity)('comes back from a hidden Activity as the reader left it', async () => {
  const element = (mode: 'visible' | 'hidden') => (
    <Activity mode={mode}>
      <Box />
    </Activity>
  )
  const screen = await render(element('visible'))
  const box = screen.getByTestId('box').element() as HTMLElement
  const state = () => screen.container.querySelector('output')!.textContent
  await expect.poll(() => box.scrollTop).toBeGreaterThan(0)
  box.scrollTop = 100
  await expect.poll(state).toBe('scrolled up')
  await screen.rerender(element('hidden'))
  await screen.rerender(element('visible'))
  await frames()
  expect(state()).toBe('scrolled up')
  expect(box.scrollTop).toBe(100)
})
