import { toolCallOf } from 'brooklet'
import type { ToolCallPart } from 'brooklet'
import { useId, useState } from 'react'
import { useText } from '../../language/language.js'
import { useGame } from './game.js'
import { tools } from './tools.js'

/** What the game master asks the page for, and what came of it. */
export function ToolCall({ call }: { call: ToolCallPart }) {
  const text = useText().adventure
  const { isRunning } = useGame().tools
  const { name, argsText, state, result, error } = call
  const isOver = state === 'done' || state === 'error'
  /** By an earlier page, which did not come to run it. */
  const isLeft = state === 'ready' && !isRunning
  return (
    <div className="tool-call" data-state={state}>
      <p>
        {text.tools[name] ?? name} <span className="faint">· {text.toolStates[state]}</span>
      </p>
      <code>
        {name}({argsText}){isOver ? ` → ${error ?? JSON.stringify(result)}` : ''}
      </code>
      {state === 'approval' || isLeft ? <Approval call={call} /> : null}
    </div>
  )
}

/** The call waits for the visitor to say whether it may. */
function Approval({ call }: { call: ToolCallPart }) {
  const text = useText().adventure
  const { approve, deny } = useGame().tools
  const [why, setWhy] = useState('')
  const id = useId()
  const known = toolCallOf(tools, call)
  const isRestart = known?.name === 'restart_story' && known.state === 'approval'
  return (
    <form
      className="approval"
      onSubmit={(event) => {
        event.preventDefault()
        deny(call.id, why.trim() || text.declined)
      }}
    >
      {isRestart ? <p>{text.restartAsk(known.args.turnsLost, known.args.pointsLost)}</p> : null}
      <div className="approval-row">
        <button type="button" className="button primary" onClick={() => approve(call.id)}>
          {text.allow}
        </button>
        <button type="submit" className="button">
          {text.refuse}
        </button>
        <label className="visually-hidden" htmlFor={id}>
          {text.why}
        </label>
        <input
          id={id}
          type="text"
          value={why}
          placeholder={text.why}
          onChange={({ target }) => setWhy(target.value)}
        />
      </div>
    </form>
  )
}
