import { useText } from '../language/language.js'

/** What will be seen on the strip, before there is something to see. */
export function Signs() {
  const { event, lost, resumed } = useText().wire.signs
  return (
    <ul className="wire-signs">
      <li>
        <Sign>
          <path className="accent" d="M2 14V6M7 14v-4M12 14V2" />
        </Sign>
        {event}
      </li>
      <li>
        <Sign>
          <path className="alert" d="M3 15L7 1M8 15l4-14" />
        </Sign>
        {lost}
      </li>
      <li>
        <Sign>
          <circle className="accent" cx="5" cy="8" r="3.5" />
          <path className="accent" d="M8.5 8H16" />
        </Sign>
        {resumed}
      </li>
    </ul>
  )
}

function Sign({ children }: { children: React.ReactNode }) {
  return (
    <svg width="16" height="16" fill="none" strokeWidth="1.5" aria-hidden="true">
      {children}
    </svg>
  )
}
