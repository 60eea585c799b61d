import { useText } from '../language/language.js'
import { stateOf, tally } from './count.js'
import type { Count } from './count.js'
import './proof.css'

/** A box for each event that was sent: nothing is missing, nothing came twice. */
export function Proof({ count }: { count: Count }) {
  const text = useText().proof
  const { of, outOfOrder } = count
  const { here, missing, doubled } = tally(count)
  return (
    <section className="proof" aria-label={text.title}>
      <h2>{text.title}</h2>
      <p className="proof-sentence" data-bad={missing + doubled + outOfOrder > 0}>
        {text.counts({ here, of, missing, doubled, outOfOrder })}
      </p>
      <ol aria-hidden="true">
        {Array.from({ length: of }, (_, index) => (
          <li key={index} data-state={stateOf(count, index + 1)}>
            {index + 1}
          </li>
        ))}
      </ol>
    </section>
  )
}
