import { useText } from '../../language/language.js'
import { formatTime } from '../../numbers.js'
import type { Entry } from './journal.js'

export function JournalList({ journal }: { journal: readonly Entry[] }) {
  const text = useText().faults
  return (
    <section className="journal" aria-label={text.journal}>
      <h2>{text.journal}</h2>
      <ol>
        {journal.map((entry) => (
          <li key={entry.number} data-kind={entry.kind}>
            <time dateTime={new Date(entry.at).toISOString()}>{formatTime(entry.at)}</time>
            <span>{words(entry)}</span>
          </li>
        ))}
      </ol>
    </section>
  )

  function words(entry: Entry): string {
    switch (entry.kind) {
      case 'opened':
        return text.opened(entry.status)
      case 'error':
        return `${entry.error.code}: ${entry.error.message}`
      case 'closed':
        return text.closed
    }
  }
}
