import { act, fireEvent, render, renderHook, screen } from '@testing-library/react'
import { StrictMode } from 'react'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  useChatInput,
  type ChatInputHandlers,
  type ChatInputOptions,
} from '../../src/hooks/use-chat-input.js'

interface FieldProps extends ChatInputOptions, ChatInputHandlers {
  as?: 'textarea' | 'input'
}

function Field({ as: Tag = 'textarea', onChange, onKeyDown, ...options }: FieldProps) {
  const { value, setValue, send, getInputProps } = useChatInput(options)
  return (
    <>
      <Tag aria-label="Message" {...getInputProps({ onChange, onKeyDown })} />
      <button onClick={send}>Send</button>
      <button onClick={() => setValue('A suggestion')}>Suggest</button>
      <output>{value}</output>
    </>
  )
}

function show(props: Partial<FieldProps> = {}) {
  const onSend = vi.fn<(text: string) => unknown>(props.onSend)
  const element = (more: Partial<FieldProps> = {}) => (
    <StrictMode>
      <Field {...props} {...more} onSend={onSend} />
    </StrictMode>
  )
  const { rerender } = render(element())
  const field = screen.getByLabelText<HTMLTextAreaElement>('Message')
  return {
    field,
    onSend,
    update: (more: Partial<FieldProps>) => rerender(element(more)),
    type: (value: string) => fireEvent.change(field, { target: { value } }),
    /** `false` where the field's own action was prevented. */
    press: (init: KeyboardEventInit = {}) => fireEvent.keyDown(field, { key: 'Enter', ...init }),
    click: (name: string) => fireEvent.click(screen.getByRole('button', { name })),
  }
}

const settle = () => act(async () => {})

describe.each(['textarea', 'input'] as const)('in a %s', (as) => {
  test('Enter sends what was typed and empties the field', () => {
    const { type, press, onSend, field } = show({ as })
    type('Hello')
    expect(press()).toBe(false)
    expect(onSend.mock.calls).toEqual([['Hello']])
    expect(field.value).toBe('')
  })

  test('Shift+Enter is the field’s own', () => {
    const { type, press, onSend } = show({ as })
    type('Hello')
    expect(press({ shiftKey: true })).toBe(true)
    expect(onSend).not.toHaveBeenCalled()
  })
})

test.each([
  ['while it composes', { isComposing: true, keyCode: 229 }],
  ['with the key code alone, as in Safari', { isComposing: false, keyCode: 229 }],
  ['with the flag alone', { isComposing: true, keyCode: 13 }],
])('an input method’s Enter never sends: %s', (_, init) => {
  const { type, press, onSend, field } = show()
  type('你好')
  expect(press(init)).toBe(true)
  expect(onSend).not.toHaveBeenCalled()
  expect(field.value).toBe('你好')
  press({ keyCode: 13 })
  expect(onSend).toHaveBeenCalledOnce()
})

test('in Safari, compositionend before the Enter that confirms does not make it send', () => {
  const { field, type, press, onSend } = show()
  fireEvent.compositionStart(field)
  type('你好')
  fireEvent.compositionEnd(field, { data: '你好' })
  press({ keyCode: 229 })
  expect(onSend).not.toHaveBeenCalled()
})

test('nothing blank is sent, and no other key sends', () => {
  const { type, press, onSend, field } = show()
  type(' \n ')
  press()
  expect(field.value).toBe(' \n ')
  type('Hello')
  press({ key: 'a' })
  expect(onSend).not.toHaveBeenCalled()
})

describe('with files', () => {
  test('a message without text is sent, as empty text', () => {
    const { type, press, click, update, onSend } = show({ hasFiles: true })
    click('Send')
    update({})
    type(' \n ')
    press()
    update({})
    type(' Hello ')
    press()
    expect(onSend.mock.calls).toEqual([[''], [''], [' Hello ']])
  })

  test('nothing is sent while a reply streams', () => {
    const { press, onSend } = show({ hasFiles: true, isLoading: true })
    press()
    expect(onSend).not.toHaveBeenCalled()
  })

  test('once they are gone, nothing blank is sent', () => {
    const { press, update, onSend } = show({ hasFiles: true })
    update({ hasFiles: false })
    press()
    expect(onSend).not.toHaveBeenCalled()
  })

  test('what failed can be sent again', async () => {
    const { press, onSend } = show({
      hasFiles: true,
      onSend: () => Promise.reject(new Error('offline')),
    })
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      press()
      await settle()
      expect(onSend).toHaveBeenCalledTimes(attempt)
    }
  })
})

test('the text is sent as it was typed', () => {
  const { type, click, onSend } = show()
  type('  indented\n')
  click('Send')
  expect(onSend.mock.calls).toEqual([['  indented\n']])
})

test('nothing is sent while a reply streams, and the text stays', () => {
  const { type, press, update, onSend, field } = show({ isLoading: true })
  type('Hello')
  expect(press()).toBe(false)
  expect(onSend).not.toHaveBeenCalled()
  expect(field.value).toBe('Hello')
  update({ isLoading: false })
  press()
  expect(onSend).toHaveBeenCalledOnce()
})

test.each([false, true])('sending twice in one event sends once (files: %s)', (hasFiles) => {
  const onSend = vi.fn<(text: string) => void>()
  function Twice() {
    const { send, getInputProps } = useChatInput({ onSend, hasFiles })
    return (
      <>
        <input aria-label="Message" {...getInputProps()} />
        <button onClick={() => [send(), send()]}>Send</button>
      </>
    )
  }
  render(<Twice />)
  fireEvent.change(screen.getByLabelText('Message'), { target: { value: 'Hello' } })
  fireEvent.click(screen.getByRole('button'))
  expect(onSend).toHaveBeenCalledOnce()
})

describe('when sending fails', () => {
  test('by a rejection, the text comes back and can be sent again', async () => {
    const { type, press, field, onSend } = show({
      onSend: () => Promise.reject(new Error('offline')),
    })
    type('Hello')
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      // The rejection comes before React renders, and after it.
      if (attempt === 2) await act(async () => void press())
      else press()
      await settle()
      expect(field.value).toBe('Hello')
      expect(onSend).toHaveBeenCalledTimes(attempt)
    }
  })

  test('by throwing, too, and the error is not swallowed', () => {
    const errors: unknown[] = []
    const onError = (event: ErrorEvent): void => {
      event.preventDefault()
      errors.push(event.error)
    }
    addEventListener('error', onError)
    onTestFinished(() => removeEventListener('error', onError))
    const fault = new Error('a mistake')
    const { type, press, field, onSend } = show({
      onSend: () => {
        throw fault
      },
    })
    type('Hello')
    press()
    press()
    expect(field.value).toBe('Hello')
    expect(onSend).toHaveBeenCalledTimes(2)
    expect(errors).toEqual([fault, fault])
  })

  test('it does not overwrite what was typed meanwhile', async () => {
    let fail!: (error: Error) => void
    const { type, press, field } = show({
      onSend: () => new Promise((_, reject) => (fail = reject)),
    })
    type('Hello')
    press()
    type('Something newer')
    await act(async () => fail(new Error('offline')))
    expect(field.value).toBe('Something newer')
  })

  test('a page that shows failed messages itself returns nothing, and the field stays empty', async () => {
    const { type, press, field } = show({
      onSend: () => void Promise.reject(new Error('offline')).catch(() => {}),
    })
    type('Hello')
    press()
    await settle()
    expect(field.value).toBe('')
  })
})

test('the newest onSend is called', () => {
  const { type, press, update, onSend } = show()
  type('Hello')
  onSend.mockImplementation(() => {})
  update({})
  press()
  expect(onSend).toHaveBeenCalledOnce()
})

test('setValue fills the field, for a suggestion', () => {
  const { click, press, onSend, field } = show()
  click('Suggest')
  expect(field.value).toBe('A suggestion')
  press()
  expect(onSend.mock.calls).toEqual([['A suggestion']])
})

test('what setValue fills in is sent by send() at once', () => {
  const onSend = vi.fn<(text: string) => void>()
  const { result } = renderHook(() => useChatInput({ onSend }))
  act(() => {
    result.current.setValue('A suggestion')
    result.current.send()
  })
  expect(onSend.mock.calls).toEqual([['A suggestion']])
  expect(result.current.value).toBe('')
})

describe('the page’s own handlers', () => {
  test('are called first', () => {
    const seen: string[] = []
    const { type, press } = show({
      onChange: () => seen.push('change'),
      onKeyDown: () => seen.push('key'),
      onSend: () => seen.push('send'),
    })
    type('Hello')
    press()
    expect(seen).toEqual(['change', 'key', 'send'])
  })

  test('keep the hook from acting by preventDefault', () => {
    const { type, press, onSend, field } = show({
      onKeyDown: (event) => event.preventDefault(),
    })
    type('Hello')
    press()
    expect(onSend).not.toHaveBeenCalled()
    expect(field.value).toBe('Hello')
  })

  test('keep it from taking what is typed, too', () => {
    const { type, field } = show({ onChange: (event) => event.preventDefault() })
    type('Hello')
    expect(field.value).toBe('')
  })
})

test('send and setValue are stable', () => {
  const seen = new Set<unknown>()
  function Page() {
    const { send, setValue, getInputProps } = useChatInput({ onSend: () => {} })
    seen.add(send).add(setValue)
    return <input aria-label="Message" {...getInputProps()} />
  }
  const { rerender } = render(<Page />)
  fireEvent.change(screen.getByLabelText('Message'), { target: { value: 'Hello' } })
  rerender(<Page />)
  expect(seen.size).toBe(2)
})
