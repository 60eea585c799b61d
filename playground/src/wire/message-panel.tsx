import { useStickToBottom } from 'brooklet'
import { useRef, useState } from 'react'
import { useText } from '../language/language.js'
import { MessageDetail } from './message-detail.js'
import { MessageRow } from './message-row.js'
import { nameOf } from './names.js'
import type { WireText } from './names.js'
import type { WireMessage } from './types.js'
import { useWire } from './use-wire.js'
import { wire } from './wire.js'
import './messages.css'

/** Every message of every stream, as a browser's developer tools would list them. */
export function MessagePanel() {
  const text = useText().wire
  const { messages } = useWire()
  const [paused, setPaused] = useState<readonly WireMessage[]>()
  const [filter, setFilter] = useState('')
  // The message itself: it can be read on when the list has room for newer ones only.
  const [selected, setSelected] = useState<WireMessage>()
  const rows = useRef<HTMLTableSectionElement>(null)
  const { scrollerRef, contentRef } = useStickToBottom()

  const shown = (paused ?? messages).filter((message) => matches(message, filter, text))
  const focusable = shown.find((message) => message === selected) ?? shown.at(-1)

  function clear(): void {
    wire.clear()
    setPaused(paused && [])
    setSelected(undefined)
  }

  function closeDetail(): void {
    rows.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus()
    setSelected(undefined)
  }

  return (
    <div className="messages">
      <div className="messages-bar">
        <label className="messages-filter">
          <span className="visually-hidden">{text.filter}</span>
          <input
            type="search"
            value={filter}
            placeholder={text.filter}
            onChange={(event) => setFilter(event.target.value)}
          />
        </label>
        <button
          type="button"
          className="button"
          aria-pressed={paused !== undefined}
          onClick={() => setPaused(paused ? undefined : messages)}
        >
          {text.pause}
        </button>
        <button type="button" className="button" onClick={clear}>
          {text.clear}
        </button>
        <span className="messages-count">{text.count(shown.length)}</span>
      </div>
      <div className="messages-body" data-detail={selected !== undefined}>
        {/* While a message is read, the list does not scroll on. */}
        <div ref={selected ? undefined : scrollerRef} className="messages-scroller">
          <table ref={contentRef} className="messages-table">
            <caption className="visually-hidden">{text.messages}</caption>
            <thead>
              <tr>
                <th scope="col">{text.time}</th>
                <th scope="col">{text.streamColumn}</th>
                <th scope="col">{text.type}</th>
                <th scope="col">{text.id}</th>
                <th scope="col" className="number">
                  {text.size}
                </th>
                <th scope="col">{text.data}</th>
              </tr>
            </thead>
            <tbody ref={rows}>
              {shown.map((message) => (
                <MessageRow
                  key={message.number}
                  message={message}
                  isSelected={message === selected}
                  isFocusable={message === focusable}
                  onSelect={setSelected}
                />
              ))}
            </tbody>
          </table>
          {shown.length === 0 ? (
            <p className="empty">{filter.trim() === '' ? text.noMessages : text.noMatch}</p>
          ) : null}
        </div>
        {selected ? <MessageDetail message={selected} onClose={closeDetail} /> : null}
      </div>
    </div>
  )
}

/** Whether anything of it that the list shows has the filter in it. */
function matches(
  { stream, kind, type, data, format }: WireMessage,
  filter: string,
  text: WireText,
): boolean {
  const wanted = filter.trim().toLowerCase()
  if (wanted === '') return true
  return [nameOf(stream, text), type ?? text.kinds[kind], data, format]
    .join('\n')
    .toLowerCase()
    .includes(wanted)
}
