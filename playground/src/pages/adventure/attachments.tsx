import { useId } from 'react'
import { useText } from '../../language/language.js'
import { IconButton } from '../../shared/icon-button.js'
import { Clip, Cross } from '../../shell/icons.js'
import { FileView } from './file-view.js'
import type { UseAttachments } from './use-attachments.js'

export function AttachButton({ isAllowed, add }: UseAttachments) {
  const text = useText().adventure
  const id = useId()
  return (
    <label
      className="button quiet icon-button attach"
      htmlFor={id}
      title={isAllowed ? text.attach : text.noFiles}
      data-disabled={!isAllowed}
    >
      <Clip />
      <span className="visually-hidden">{text.attach}</span>
      <input
        id={id}
        className="visually-hidden"
        type="file"
        multiple
        disabled={!isAllowed}
        onChange={({ target }) => {
          add(target.files ?? [])
          // The same file again is a change, too.
          target.value = ''
        }}
      />
    </label>
  )
}

export function Attachments({ files, problem, isAllowed, remove }: UseAttachments) {
  const text = useText().adventure
  return (
    <>
      {files.length > 0 ? (
        <ul className="files" aria-label={text.attached}>
          {files.map((file, index) => (
            <li key={index}>
              <FileView file={file} name={file.name} />
              <IconButton
                className="quiet"
                label={text.detach(file.name)}
                onClick={() => remove(file)}
              >
                <Cross />
              </IconButton>
            </li>
          ))}
        </ul>
      ) : null}
      {files.length > 0 && !isAllowed ? <p className="note">{text.noFiles}</p> : null}
      {problem ? (
        <p className="note problem" role="alert">
          {problem}
        </p>
      ) : null}
    </>
  )
}
