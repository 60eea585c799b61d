import { Profiler, useEffect } from 'react'
import { expect, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { useSmoothText } from '../../src/hooks/use-smooth-text.js'

const text = 'The brook has run dry. 👨‍👩‍👧 小溪断流了。🇩🇪 '.repeat(20)

const nextFrame = () => new Promise<number>(requestAnimationFrame)

interface ReplyProps {
  text: string
  isStreaming?: boolean
  onShow(shown: string): void
}

function Reply({ text, isStreaming, onShow }: ReplyProps) {
  const shown = useSmoothText(text, { isStreaming })
  useEffect(() => onShow(shown), [shown, onShow])
  return <p>{shown}</p>
}

test('types uneven chunks, cuts no grapheme, lets nothing wait for long, and is then at rest', async () => {
  const shown: string[] = []
  let commits = 0
  const onShow = (now: string): void => void shown.push(now)
  const element = (end: number, isStreaming = true) => (
    <Profiler id="reply" onRender={() => (commits += 1)}>
      <Reply text={text.slice(0, end)} isStreaming={isStreaming} onShow={onShow} />
    </Profiler>
  )
  const screen = await render(element(0))
  commits = 0
  for (const end of [37, 400, 401, 620, text.length]) {
    await screen.rerender(element(end))
    for (let frame = 0; frame < 8; frame += 1) await nextFrame()
  }
  const allIn = await nextFrame()
  let late = 0
  while (screen.container.textContent !== text) if ((await nextFrame()) > allIn + 500) late += 1
  // The first frame after half a second shows the rest, however long it takes. Its render may miss one.
  expect(late).toBeLessThan(4)

  const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)
  const boundaries = new Set([...segments].map(({ index }) => index).concat(text.length))
  expect(shown.filter(({ length }) => !boundaries.has(length))).toEqual([])

  commits = 0
  for (let frame = 0; frame < 10; frame += 1) await nextFrame()
  expect(commits).toBe(0)
})

test('commits once a frame', async () => {
  let commits = 0
  const onShow = (): void => {}
  const element = (end: number) => (
    <Profiler id="reply" onRender={() => (commits += 1)}>
      <Reply text={text.slice(0, end)} onShow={onShow} />
    </Profiler>
  )
  const screen = await render(element(0))
  await screen.rerender(element(text.length))
  commits = 0
  let frames = 0
  for (; screen.container.textContent !== text; frames += 1) await nextFrame()
  // A render that is late may miss a frame.
  expect(commits).toBeGreaterThan(frames / 3)
  expect(commits).toBeLessThanOrEqual(frames + 1)
})
