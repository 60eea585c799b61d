import { useId } from 'react'

interface ChoicesProps<Value extends string> {
  label: string
  choices: readonly { value: Value; label: string }[]
  chosen: Value
  onChoose(value: Value): void
}

/** One of a few, side by side; radio buttons to the keyboard and to screen readers. */
export function Choices<Value extends string>({
  label,
  choices,
  chosen,
  onChoose,
}: ChoicesProps<Value>) {
  const name = useId()
  return (
    <div className="choices" role="radiogroup" aria-label={label}>
      {choices.map((choice) => (
        <label key={choice.value}>
          <input
            className="visually-hidden"
            type="radio"
            name={name}
            checked={choice.value === chosen}
            onChange={() => onChoose(choice.value)}
          />
          {choice.label}
        </label>
      ))}
    </div>
  )
}
