import { useState } from 'react'
import { useText } from '../../language/language.js'
import { forgetGame, useGames } from './games.js'
import { protocolNames, protocols } from './protocols.js'
import { routeOf } from './route.js'
import { SelectField, TextField } from './setup-fields.js'
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
          {text.backends[backend]} · {text.protocolName(label)}
        </span>
      </summary>
      <div className="setup-fields">
        <SelectField
          label={text.backend}
          chosen={backend}
          choices={offered}
          nameOf={(each) => text.backends[each]}
          onChoose={(chosen) => changeSetup({ backend: chosen })}
        />
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
    <button
      type="button"
      className="button quiet small"
      onClick={forget}
      onBlur={() => setSure(false)}
    >
      {isSure ? text.forgetSurely : text.forget}
    </button>
  )
}

function BackendFields({ backend, setup }: { backend: Backend; setup: Setup }) {
  const { setup: text } = useText().adventure
  switch (backend) {
    case 'playground':
      return (
        <SelectField
          label={text.protocol}
          chosen={setup.protocol}
          choices={protocolNames}
          nameOf={(name) =>
            name === 'auto' ? text.auto : text.protocolName(protocols[name].label)
          }
          onChoose={(protocol) => changeSetup({ protocol })}
        />
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
