import { useText } from '../../language/language.js'
import { formatTime } from '../../numbers.js'
import type { Entry, Happening } from './journal.js'

export function JournalList({ journal }: { journal: readonly Entry[] }) {
  const text = useText().faults
  return (
    <section className="journal" aria-label={text.journal}>
      <h2>{text.journal}</h2>
      <ol>
        {journal.map(({ number, at, what }) => (
          <li key={number} data-kind={what.kind}>
            <time dateTime={new Date(at).toISOString()}>{formatTime(at)}</time>
            <span>{words(what)}</span>
          </li>
        ))}
      </ol>
    </section>
  )

  function words(what: Happening): string {
    switch (what.kind) {
      case 'opened':
        return text.opened(what.status)
      case 'error':
        return `${what.error.code}: ${what.error.message}`
      case 'closed':
        return text.closed
    }
  }
}
