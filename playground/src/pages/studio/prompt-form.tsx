import { useId, useState } from 'react'
import type { FormEvent } from 'react'
import { useText } from '../../language/language.js'
import { tunes } from './tunes.js'

export function PromptForm() {
  const text = useText().studio
  const [prompt, setPrompt] = useState('')
  const id = useId()

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (prompt.trim() === '') return
    tunes.startTask(prompt.trim())
    setPrompt('')
  }

  return (
    <form className="prompt" onSubmit={submit}>
      <label htmlFor={id}>{text.prompt}</label>
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
        {text.examples.map((example) => (
          <button
            key={example}
            type="button"
            className="button"
            onClick={() => tunes.startTask(example)}
          >
            {example}
          </button>
        ))}
        <button
          type="button"
          className="button quiet"
          onClick={() => text.examples.forEach((example) => tunes.startTask(example))}
        >
          {text.all}
        </button>
      </div>
    </form>
  )
}
