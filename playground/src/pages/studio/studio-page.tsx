import { useTaskManager } from 'brooklet'
import type { TaskManagerSnapshot } from 'brooklet'
import { useText } from '../../language/language.js'
import { PageHeader } from '../../shared/page-header.js'
import { PromptForm } from './prompt-form.js'
import { Total } from './total.js'
import { TuneRow } from './tune-row.js'
import { tunes } from './tunes.js'
import type { Tune } from './tunes.js'
import './studio.css'

const idsOf = ({ taskIds }: TaskManagerSnapshot<Tune>) => taskIds

export function StudioPage() {
  const text = useText().studio
  const taskIds = useTaskManager(tunes, idsOf)
  return (
    <div className="studio">
      <PageHeader title={text.title} hook="useTaskManager" lead={text.lead} />
      <PromptForm />
      {taskIds.length > 0 ? <Total /> : <p className="empty">{text.empty}</p>}
      <ul className="tunes" aria-label={text.tunes} tabIndex={-1}>
        {taskIds.map((id) => (
          <TuneRow key={id} id={id} />
        ))}
      </ul>
    </div>
  )
}
