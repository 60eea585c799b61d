import { Fragment, memo } from 'react'
import { useText } from '../../language/language.js'
import { rowsOf, runsOf, textOf } from './bytes.js'
import type { Chunk } from './recording.js'

const rowWidth = 8

/** The bytes as they came, a block for each chunk. */
export function HexDump({ chunks }: { chunks: readonly Chunk[] }) {
  return (
    <ol className="hex">
      {chunks.map((chunk) => (
        <HexChunk key={chunk.number} chunk={chunk} />
      ))}
    </ol>
  )
}

const HexChunk = memo(function HexChunk({ chunk }: { chunk: Chunk }) {
  const text = useText().formats
  const { number, offset, after, bytes } = chunk
  return (
    <li>
      <p className="hex-head">
        {text.chunk({ number, size: bytes.length, after: Math.round(after) })}
      </p>
      {rowsOf(bytes, rowWidth).map((row, index) => (
        <HexRow key={index} offset={offset + index * rowWidth} bytes={row} />
      ))}
    </li>
  )
})

function HexRow({ offset, bytes }: { offset: number; bytes: Uint8Array }) {
  const runs = runsOf(bytes)
  return (
    <p className="hex-row">
      <span className="faint">{offset.toString(16).padStart(4, '0')}</span>
      <span>
        {runs.map(({ kind, hex }, index) => (
          <Fragment key={index}>
            {index > 0 ? ' ' : ''}
            <span data-kind={kind}>{hex}</span>
          </Fragment>
        ))}
      </span>
      <span>
        {runs.map((run, index) => (
          <span key={index} data-kind={run.kind}>
            {run.text}
          </span>
        ))}
      </span>
    </p>
  )
}

/** The same as text, where there is no room for hex: chunks take turns in color. */
export function ChunkText({ chunks }: { chunks: readonly Chunk[] }) {
  return (
    <div className="chunk-text">
      {chunks.map((chunk) => (
        <OneChunkText key={chunk.number} bytes={chunk.bytes} />
      ))}
    </div>
  )
}

const OneChunkText = memo(function OneChunkText({ bytes }: { bytes: Uint8Array }) {
  return <span>{textOf(bytes)}</span>
})
