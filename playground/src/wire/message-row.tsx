import { memo, useEffect, useRef } from 'react'
import type { KeyboardEvent } from 'react'
import { useText } from '../language/language.js'
import { formatBytes, formatTime } from '../numbers.js'
import { nameOf } from './names.js'
import type { WireMessage } from './types.js'

interface MessageRowProps {
  message: WireMessage
  isSelected: boolean
  /** One row is in the tab order; the arrow keys reach the others. */
  isFocusable: boolean
  onSelect(message: WireMessage): void
}

export const MessageRow = memo(function MessageRow({
  message,
  isSelected,
  isFocusable,
  onSelect,
}: MessageRowProps) {
  const text = useText().wire
  const { at, kind, stream, connection, type, id, size, data } = message
  const row = useRef<HTMLTableRowElement>(null)

  // On a phone the detail takes the lower half of the list, where the row may be.
  useEffect(() => {
    if (isSelected) row.current?.scrollIntoView({ block: 'nearest' })
  }, [isSelected])

  return (
    <tr ref={row} data-kind={kind} data-selected={isSelected} onClick={() => onSelect(message)}>
      <td>
        <button
          type="button"
          className="messages-time"
          tabIndex={isFocusable ? 0 : -1}
          aria-pressed={isSelected}
          onKeyDown={moveByArrows}
        >
          {formatTime(at)}
        </button>
      </td>
      <td>
        {nameOf(stream, text)} <span className="faint">#{connection}</span>
      </td>
      <td>{type ?? text.kinds[kind]}</td>
      <td>{id}</td>
      <td className="number">{size > 0 ? formatBytes(size) : ''}</td>
      <td>{data.slice(0, 300)}</td>
    </tr>
  )
})

function moveByArrows(event: KeyboardEvent<HTMLButtonElement>): void {
  const row = event.currentTarget.closest('tr')
  const next = { ArrowUp: row?.previousElementSibling, ArrowDown: row?.nextElementSibling }[
    event.key
  ]
  if (!next) return
  event.preventDefault()
  const button = next.querySelector<HTMLButtonElement>('.messages-time')
  button?.focus()
  button?.click()
}
