import { branchesOf } from 'brooklet'
import { useText } from '../../language/language.js'
import { useGame } from './game.js'
import type { MessageProps } from './message.js'

interface VersionsProps {
  id: string
  siblings: MessageProps['siblings']
}

/** Leads to what was said in the place of this message; nothing where there is no other version. */
export function Versions({ id, siblings }: VersionsProps) {
  const text = useText().adventure
  const { previous, next } = branchesOf(useGame().chat)
  if (!siblings || siblings.count < 2) return null
  const { index, count } = siblings
  return (
    <span className="versions">
      <button
        type="button"
        className="button quiet small"
        aria-label={text.previous}
        aria-disabled={index === 0}
        onClick={() => previous(id)}
      >
        ‹
      </button>
      <span aria-label={text.version(index + 1, count)}>
        {index + 1}/{count}
      </span>
      <button
        type="button"
        className="button quiet small"
        aria-label={text.next}
        aria-disabled={index === count - 1}
        onClick={() => next(id)}
      >
        ›
      </button>
    </span>
  )
}
