import { useId } from 'react'
import { changeSetup, useSetup } from './setup.js'

interface SelectFieldProps<Choice extends string> {
  label: string
  chosen: Choice
  choices: readonly Choice[]
  nameOf(choice: Choice): string
  onChoose(choice: Choice): void
}

export function SelectField<Choice extends string>(props: SelectFieldProps<Choice>) {
  const { label, chosen, choices, nameOf, onChoose } = props
  const id = useId()
  return (
    <div className="setup-field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="select"
        value={chosen}
        onChange={({ target }) => onChoose(target.value as Choice)}
      >
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {nameOf(choice)}
          </option>
        ))}
      </select>
    </div>
  )
}

interface TextFieldProps {
  label: string
  name: 'ollamaModel' | 'baseUrl' | 'openaiModel' | 'key'
  type?: 'text' | 'url' | 'password'
  note?: string
}

export function TextField({ label, name, type = 'text', note }: TextFieldProps) {
  const setup = useSetup()
  const id = useId()
  const noteId = useId()
  return (
    <div className="setup-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={type}
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
    </div>
  )
}
