import { useText } from '../../language/language.js'
import type { Instance } from './use-instances.js'

interface InstanceListProps {
  instances: readonly Instance[]
  /** The one that this page reads from. */
  server?: string
  /** The one that writes the story. */
  writer?: string
  onKill(name: string): void
}

export function InstanceList({ instances, server, writer, onKill }: InstanceListProps) {
  const text = useText().instances
  return (
    <ul className="instances" aria-label={text.title}>
      {instances.map(({ name, isRunning }) => (
        <li key={name} className="instance" data-running={isRunning}>
          <div>
            <h2>{text.instance(name)}</h2>
            <p className="faint">{rolesOf(name, isRunning).join(' · ')}</p>
          </div>
          <button
            type="button"
            className="button"
            aria-disabled={!isRunning}
            onClick={() => (isRunning ? onKill(name) : undefined)}
          >
            {text.kill}
            <span className="visually-hidden">: {text.instance(name)}</span>
          </button>
        </li>
      ))}
    </ul>
  )

  function rolesOf(name: string, isRunning: boolean): string[] {
    if (!isRunning) return [text.down]
    const roles = [server === name && text.serves, writer === name && text.writes]
    const played = roles.filter((role) => role !== false)
    return played.length > 0 ? played : [text.idle]
  }
}
