/** A reply in Markdown, while it is written: no mark flickers, and blocks are the same as of the whole text. */
import { render } from '@testing-library/react'
import ReactMarkdown from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { expect, test } from 'vitest'
import { Markdown } from '../../playground/src/shared/markdown.js'

const reply = `# The brook

It runs **dry** in *summer*, ~~always~~ often; see [the map](https://example.com/map) and \`level()\`.

1. Take the path

   past the mill.

2. Then:

   - cross the bridge
   - look down

| month | level |
| ----- | ----- |
| June  | 2     |

\`\`\`js
const level = 0

const isDry = level === 0
\`\`\`

> The mill stands still.
`

function shown(text: string, isStreaming: boolean): Element {
  return render(<Markdown text={text} isStreaming={isStreaming} />).container
}

/** What is shown outside of code blocks, in which marks are text. */
function proseOf(container: Element): string {
  const copy = container.cloneNode(true) as Element
  for (const code of copy.querySelectorAll('pre')) code.remove()
  return copy.textContent
}

test('blocks give what the whole text gives', () => {
  const whole = render(<ReactMarkdown remarkPlugins={[remarkGfm]}>{reply}</ReactMarkdown>)
  whole.container.querySelector('a')!.setAttribute('target', '_blank')
  whole.container.querySelector('a')!.setAttribute('rel', 'noreferrer')
  const lines = (container: Element) => container.innerHTML.replaceAll(/>\n+</g, '><')
  expect(lines(shown(reply, false))).toBe(lines(whole.container))
})

test('a mark that is not closed yet is never shown', () => {
  const { container, rerender } = render(<Markdown text="" isStreaming />)
  const flickers: string[] = []
  for (let end = 1; end <= reply.length; end++) {
    const text = reply.slice(0, end)
    rerender(<Markdown text={text} isStreaming />)
    if (/\*|~~|`|\]\(/.test(proseOf(container))) flickers.push(text)
  }
  expect(flickers).toEqual([])
})

test('what a finished reply leaves open is shown as it is', () => {
  expect(shown('2 ** 3', false).textContent).toBe('2 ** 3')
  expect(shown('open **bold', false).textContent).toBe('open **bold')
})

test('neither HTML nor an image in a reply makes an element', () => {
  const text = '<img src="x" onerror="alert(1)"> and ![said](https://example.com/?said=all) so'
  const { container, rerender } = render(<Markdown text="" isStreaming />)
  for (let end = 1; end <= text.length; end++) {
    rerender(<Markdown text={text.slice(0, end)} isStreaming />)
    expect(container.querySelector('img')).toBeNull()
  }
  expect(shown(text, false).textContent).toBe('<img src="x" onerror="alert(1)"> and  so')
})
