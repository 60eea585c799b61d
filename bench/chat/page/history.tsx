import { memo } from 'react'

const historyLength = 50

export interface Row {
  id: string
  role: 'user' | 'assistant' | 'system'
  content: string
}

export const history: Row[] = Array.from({ length: historyLength }, (_, index) => ({
  id: `history-${index}`,
  role: index % 2 === 0 ? 'user' : 'assistant',
  content: `Message ${index}: ${'some words of an earlier turn '.repeat(8)}`,
}))

/**
 * What every contender shows: its history, and of the reply only how long it is, also when it is
 * over. Laying out one huge paragraph costs everyone the same, and would hide the rest.
 */
export function Conversation({ rows, replyLength }: { rows: readonly Row[]; replyLength: number }) {
  return (
    <main>
      {rows.map((row) => (
        <Message key={row.id} row={row} />
      ))}
      <output>{replyLength}</output>
    </main>
  )
}

export const Message = memo(function Message({ row }: { row: Pick<Row, 'role' | 'content'> }) {
  return (
    <article>
      <b>{row.role}</b> <span>{row.content}</span>
    </article>
  )
})
