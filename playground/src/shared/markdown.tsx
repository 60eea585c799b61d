import { marked } from 'marked'
import { memo } from 'react'
import ReactMarkdown from 'react-markdown'
import remarkGfm from 'remark-gfm'
import remend from 'remend'

/**
 * Markdown that may still be written. Finished blocks keep their text, and are not parsed again; the last
 * one is shown as if its open marks were closed. HTML in the text is shown, never run; images are left out,
 * because by its URL an image can carry what was said to any server.
 */
export function Markdown({ text, isStreaming }: { text: string; isStreaming: boolean }) {
  const blocks = marked.lexer(text)
  return blocks.map(({ raw }, index) => {
    const isOpen = isStreaming && index === blocks.length - 1
    return <Block key={index} text={isOpen ? closed(raw) : raw} />
  })
}

/** With its open marks closed. Marks at the very end may open something or close it, so they wait. */
function closed(block: string): string {
  return remend(block.replace(/[*_~`]+$/, ''), { linkMode: 'text-only' })
}

const plugins = [remarkGfm]
const components = { a: OutsideLink }
const images = ['img']

const Block = memo(function Block({ text }: { text: string }) {
  return (
    <ReactMarkdown remarkPlugins={plugins} components={components} disallowedElements={images}>
      {text}
    </ReactMarkdown>
  )
})

function OutsideLink({ href, children }: { href?: string; children?: React.ReactNode }) {
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  )
}
