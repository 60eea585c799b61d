import { memo } from 'react'
import ReactMarkdown from 'react-markdown'

/**
 * Markdown that is still being written. Blocks that are finished keep their text, and are not parsed
 * again; HTML in the text is shown, never run.
 */
export function Markdown({ text }: { text: string }) {
  return blocksOf(text).map((block, index) => <Block key={index} text={block} />)
}

const Block = memo(function Block({ text }: { text: string }) {
  return <ReactMarkdown components={{ a: OutsideLink }}>{text}</ReactMarkdown>
})

function OutsideLink({ href, children }: { href?: string; children?: React.ReactNode }) {
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  )
}

/** Split at blank lines, except inside of fenced code. */
function blocksOf(text: string): string[] {
  const blocks: string[] = []
  let isFenced = false
  let isNew = true
  for (const line of text.split('\n')) {
    const isFence = /^ {0,3}(?:```|~~~)/.test(line)
    if (line.trim() === '' && !isFenced) {
      isNew = true
      continue
    }
    if (isNew) blocks.push(line)
    else blocks[blocks.length - 1] += `\n${line}`
    isNew = false
    if (isFence) isFenced = !isFenced
  }
  return blocks
}
