import { useText } from '../language/language.js'
import { stateOf, tally } from './count.js'
import type { Count } from './count.js'
import './proof.css'

/** A box for each event that was sent: nothing is missing, nothing came twice. */
export function Proof({ count }: { count: Count }) {
  const text = useText().faults
  const { here, missing, doubled } = tally(count)
  const sentence = text.proof({
    here,
    of: count.of,
    missing,
    doubled,
    outOfOrder: count.outOfOrder,
  })
  return (
    <section className="proof" aria-label={text.proofTitle}>
      <h2>{text.proofTitle}</h2>
      <p className="proof-sentence" data-bad={missing + doubled + count.outOfOrder > 0}>
        {sentence}
      </p>
      <ol aria-hidden="true">
        {Array.from({ length: count.of }, (_, index) => (
          <li key={index} data-state={stateOf(count, index + 1)}>
            {index + 1}
          </li>
        ))}
      </ol>
    </section>
  )
}
