import { useId, useState } from 'react'
import type { FormEvent } from 'react'
import { useText } from '../../language/language.js'
import { Choices } from '../../shared/choices.js'
import { tunes } from './tunes.js'

/** So many of the examples have a button each. */
const shown = 6

type Turn = 'usual' | 'next'

export function PromptForm() {
  const text = useText().studio
  const [prompt, setPrompt] = useState('')
  const [turn, setTurn] = useState<Turn>('usual')
  const id = useId()

  function start(given: string): void {
    tunes.startTask(given, { priority: turn === 'next' ? 1 : 0 })
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (prompt.trim() === '') return
    start(prompt.trim())
    setPrompt('')
  }

  return (
    <form className="prompt" onSubmit={submit}>
      <div className="prompt-head">
        <label htmlFor={id}>{text.prompt}</label>
        <div className="prompt-turn">
          <span aria-hidden="true">{text.turn}</span>
          <Choices<Turn>
            label={text.turn}
            choices={[
              { value: 'usual', label: text.turns.usual },
              { value: 'next', label: text.turns.next },
            ]}
            chosen={turn}
            onChoose={setTurn}
          />
        </div>
      </div>
      <div className="prompt-row">
        <input
          id={id}
          value={prompt}
          maxLength={200}
          placeholder={text.placeholder}
          autoComplete="off"
          onChange={(event) => setPrompt(event.target.value)}
        />
        <button type="submit" className="button primary">
          {text.compose}
        </button>
      </div>
      <div className="examples">
        <div className="button-row">
          {text.examples.slice(0, shown).map((example) => (
            <button key={example} type="button" className="button" onClick={() => start(example)}>
              {example}
            </button>
          ))}
        </div>
        <button type="button" className="button ten" onClick={() => text.examples.forEach(start)}>
          {text.startTen}
        </button>
      </div>
    </form>
  )
}
