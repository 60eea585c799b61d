import { useSmoothText } from 'brooklet'
import type { ChatMessage, FilePart, MessagePart, SourcePart } from 'brooklet'
import { useText } from '../../language/language.js'
import { Markdown } from '../../shared/markdown.js'
import { FileView } from './file-view.js'
import { ToolCall } from './tool-call.js'

/** What a message consists of, in its order; its sources and files at the end. */
export function MessageParts({ message }: { message: ChatMessage }) {
  const { role, parts, status } = message
  const isStreaming = status === 'streaming'
  return (
    <>
      {parts.map((part, index) => (
        <Part
          key={index}
          part={part}
          isPlain={role === 'user'}
          isStreaming={isStreaming && index === parts.length - 1}
        />
      ))}
      <Files files={parts.filter((part) => part.type === 'file')} />
      <Sources sources={parts.filter((part) => part.type === 'source')} />
    </>
  )
}

interface PartProps {
  part: MessagePart
  isPlain: boolean
  isStreaming: boolean
}

function Part({ part, isPlain, isStreaming }: PartProps) {
  const { thoughts } = useText().adventure
  switch (part.type) {
    case 'text':
      if (isPlain) return part.text === '' ? null : <p>{part.text}</p>
      return <Told text={part.text} isStreaming={isStreaming} />
    case 'reasoning':
      return (
        <details className="thoughts">
          <summary>{thoughts}</summary>
          <p>{part.text}</p>
        </details>
      )
    case 'tool-call':
      return <ToolCall call={part} />
    default:
      return null
  }
}

function Told({ text, isStreaming }: { text: string; isStreaming: boolean }) {
  return <Markdown text={useSmoothText(text, { isStreaming })} isStreaming={isStreaming} />
}

function Files({ files }: { files: readonly FilePart[] }) {
  if (files.length === 0) return null
  return (
    <ul className="files">
      {files.map((file, index) => (
        <li key={index}>
          <FileView file={file} name={file.name ?? file.mediaType} />
        </li>
      ))}
    </ul>
  )
}

function Sources({ sources }: { sources: readonly SourcePart[] }) {
  const { sources: title } = useText().adventure
  if (sources.length === 0) return null
  return (
    <div className="sources">
      {title}
      {sources.map(({ url, title }, index) => (
        <span key={index}>
          {index > 0 ? ', ' : ''}
          {url ? (
            <a href={url} target="_blank" rel="noreferrer">
              {title ?? url}
            </a>
          ) : (
            title
          )}
        </span>
      ))}
    </div>
  )
}
