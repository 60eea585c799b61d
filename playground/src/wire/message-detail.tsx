import { useText } from '../language/language.js'
import { formatTime } from '../numbers.js'
import { Facts } from '../shared/facts.js'
import { IconButton } from '../shared/icon-button.js'
import { Cross } from '../shell/icons.js'
import { nameOf } from './names.js'
import type { WireMessage } from './types.js'

/** One message in full, JSON indented. */
export function MessageDetail({ message, onClose }: { message: WireMessage; onClose(): void }) {
  const text = useText()
  const { at, kind, stream, connection, format, type, id, size, data } = message
  return (
    <div className="detail">
      <IconButton label={text.close} onClick={onClose}>
        <Cross />
      </IconButton>
      <Facts
        values={{
          [text.wire.time]: formatTime(at),
          [text.wire.streamColumn]: `${nameOf(stream, text.wire)} #${connection}`,
          [text.wire.type]: type ?? text.wire.kinds[kind],
          [text.wire.format]: format,
          [text.wire.id]: id,
          [text.wire.size]: size > 0 ? `${size} B` : undefined,
        }}
      />
      {/* It scrolls, so the keyboard must reach it. */}
      <pre tabIndex={0}>{indented(data)}</pre>
    </div>
  )
}

function indented(data: string): string {
  try {
    return JSON.stringify(JSON.parse(data), undefined, 2)
  } catch {
    return data
  }
}
