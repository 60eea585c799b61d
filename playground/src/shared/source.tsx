import { useState } from 'react'
import { useText } from '../language/language.js'
import { usePage } from '../routes.js'
import './source.css'

/** Where each page uses its hook. */
const sources = import.meta.glob<string>(
  [
    '../pages/adventure/{games.ts,conversation.tsx,composer.tsx}',
    '../pages/studio/{tunes.ts,studio-page.tsx,tune-row.tsx}',
    '../pages/dashboard/{metrics,notices}.ts',
    '../pages/formats/format-run.tsx',
    '../pages/faults/use-faulty-stream.ts',
    '../pages/instances/use-story.ts',
  ],
  { query: '?raw', import: 'default', eager: true },
)

/** The files in which the page uses its hook, without what they import from other files of the page. */
export function Source() {
  const { source: title } = useText()
  const [isOpen, setOpen] = useState(false)
  return (
    <details className="source" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{title}</summary>
      {isOpen ? (
        // It scrolls, so the keyboard must reach it.
        <div className="source-files" tabIndex={0} role="region" aria-label={title}>
          <Files />
        </div>
      ) : null}
    </details>
  )
}

function Files() {
  const folder = `../pages/${usePage()}/`
  const files = Object.entries(sources).filter(([path]) => path.startsWith(folder))
  return files.map(([path, code]) => (
    <figure key={path}>
      <figcaption>{path.slice(folder.length)}</figcaption>
      <pre>
        <code>{code.replace(/^import .*'\..*\n/gm, '')}</code>
      </pre>
    </figure>
  ))
}
