import { useChatInput } from 'brooklet'
import { useEffect, useRef } from 'react'
import type { FormEvent } from 'react'
import { useText } from '../../language/language.js'
import { isEscape } from './escape.js'

interface EditFormProps {
  content: string
  onSave(said: string): void
  onCancel(): void
}

/** Says something else in place of a message. */
export function EditForm({ content, onSave, onCancel }: EditFormProps) {
  const text = useText().adventure
  const field = useRef<HTMLTextAreaElement>(null)
  const { getInputProps, setValue, send } = useChatInput({ onSend: (said) => onSave(said.trim()) })

  useEffect(() => {
    setValue(content)
    field.current?.focus()
    // The form is higher than the message was: at its end, the conversation would push it out at the top.
    field.current?.scrollIntoView({ block: 'center' })
  }, [content, setValue])

  function submit(event: FormEvent): void {
    event.preventDefault()
    send()
  }

  return (
    <form className="edit-form" onSubmit={submit}>
      <textarea
        ref={field}
        rows={1}
        aria-label={text.edit}
        {...getInputProps({ onKeyDown: (event) => isEscape(event) && onCancel() })}
      />
      <div className="actions">
        <button type="submit" className="button primary">
          {text.save}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          {text.cancel}
        </button>
      </div>
    </form>
  )
}
