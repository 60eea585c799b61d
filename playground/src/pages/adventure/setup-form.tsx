import { useId, useState } from 'react'
import type { ReactNode } from 'react'
import { useText } from '../../language/language.js'
import { forgetGame, useGames } from './games.js'
import { protocolNames, protocols } from './protocols.js'
import type { ProtocolName } from './protocols.js'
import { routeOf } from './route.js'
import { backendOf, changeSetup, useSetup } from './setup.js'
import type { Backend, Setup } from './setup.js'
import './aside.css'

const backends: readonly Backend[] = ['playground', 'model', 'ollama', 'openai']

/** Folded up to one line that says who tells the story. */
export function SetupForm() {
  const { setup: text } = useText().adventure
  const setup = useSetup()
  const backend = backendOf(setup)
  const { label } = routeOf(setup)
  const offered = backends.filter((each) => each !== 'model' || setup.serverModel)
  return (
    <details className="setup">
      <summary>
        <span className="setup-title">{text.title}</span>
        <span className="setup-chosen">
          {text.backends[backend]} · {label}
        </span>
      </summary>
      <div className="setup-fields">
        <Labelled label={text.backend}>
          {(id) => (
            <select
              id={id}
              className="select"
              value={backend}
              onChange={({ target }) => changeSetup({ backend: target.value as Backend })}
            >
              {offered.map((each) => (
                <option key={each} value={each}>
                  {text.backends[each]}
                </option>
              ))}
            </select>
          )}
        </Labelled>
        <BackendFields backend={backend} setup={setup} />
        <Carries setup={setup} />
        <ForgetButton />
      </div>
    </details>
  )
}

/** Asks once more before it forgets: the game is gone for good then. */
function ForgetButton() {
  const { setup: text } = useText().adventure
  const { current } = useGames()
  const [isSure, setSure] = useState(false)

  function forget(): void {
    if (isSure) forgetGame(current)
    setSure(!isSure)
  }

  return (
    <button type="button" className="button quiet" onClick={forget} onBlur={() => setSure(false)}>
      {isSure ? text.forgetSurely : text.forget}
    </button>
  )
}

function BackendFields({ backend, setup }: { backend: Backend; setup: Setup }) {
  const { setup: text } = useText().adventure
  switch (backend) {
    case 'playground':
      return (
        <Labelled label={text.protocol}>
          {(id) => (
            <select
              id={id}
              className="select"
              value={setup.protocol}
              onChange={({ target }) => changeSetup({ protocol: target.value as ProtocolName })}
            >
              {protocolNames.map((name) => (
                <option key={name} value={name}>
                  {name === 'auto' ? text.auto : protocols[name].label}
                </option>
              ))}
            </select>
          )}
        </Labelled>
      )
    case 'model':
      return <p className="note">{setup.serverModel}</p>
    case 'ollama':
      return (
        <>
          <TextField label={text.modelName} name="ollamaModel" />
          <p className="note">{text.ollamaNote}</p>
        </>
      )
    case 'openai':
      return (
        <>
          <TextField label={text.baseUrl} name="baseUrl" type="url" />
          <TextField label={text.modelName} name="openaiModel" />
          <TextField label={text.key} name="key" type="password" note={text.keyNote} />
        </>
      )
  }
}

interface TextFieldProps {
  label: string
  name: 'ollamaModel' | 'baseUrl' | 'openaiModel' | 'key'
  type?: 'url' | 'password'
  note?: string
}

function TextField({ label, name, type, note }: TextFieldProps) {
  const setup = useSetup()
  const noteId = useId()
  return (
    <Labelled label={label}>
      {(id) => (
        <>
          <input
            id={id}
            type={type ?? 'text'}
            autoComplete="off"
            spellCheck={false}
            aria-describedby={note && noteId}
            value={setup[name]}
            onChange={({ target }) => changeSetup({ [name]: target.value })}
          />
          {note ? (
            <p id={noteId} className="note">
              {note}
            </p>
          ) : null}
        </>
      )}
    </Labelled>
  )
}

function Labelled({ label, children }: { label: string; children(id: string): ReactNode }) {
  const id = useId()
  return (
    <div className="setup-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  )
}

/** What the chosen wire has a place for. */
function Carries({ setup }: { setup: Setup }) {
  const { setup: text } = useText().adventure
  const { carries } = routeOf(setup)
  const isDify = backendOf(setup) === 'playground' && setup.protocol === 'dify'
  return (
    <>
      <p className="note">
        {text.carries}
        {(['text', ...carries] as const).map((each) => text.carried[each]).join(' · ')}
      </p>
      {isDify ? <p className="note">{text.difyNote}</p> : null}
    </>
  )
}
