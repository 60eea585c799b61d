import { expect, test, vi } from 'vitest'
import { cdp, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { useChatInput } from '../../src/hooks/use-chat-input.js'

interface FieldProps {
  as: 'textarea' | 'input'
  onSend(text: string): void
}

function Form({ as: Field, onSend }: FieldProps) {
  const { getInputProps } = useChatInput({ onSend })
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <Field aria-label="Message" {...getInputProps()} />
    </form>
  )
}

async function show(as: FieldProps['as']) {
  const onSend = vi.fn<(text: string) => void>()
  const screen = await render(<Form as={as} onSend={onSend} />)
  const locator = screen.getByRole('textbox')
  await userEvent.click(locator)
  return { field: locator.element() as HTMLTextAreaElement, locator, onSend }
}

/** What vitest types of the DevTools protocol is for the provider to say. */
const devTools = cdp() as unknown as {
  send(method: string, parameters: Record<string, unknown>): Promise<unknown>
}

/** Enter as an input method gets it: the key's code is 229 until the composition is over. */
async function pressEnter(windowsVirtualKeyCode: number): Promise<void> {
  const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode }
  await devTools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key })
  await devTools.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key })
}

async function compose(text: string): Promise<void> {
  await devTools.send('Input.imeSetComposition', {
    text,
    selectionStart: text.length,
    selectionEnd: text.length,
  })
}

test.each(['textarea', 'input'] as const)(
  'in a %s an input method’s Enter confirms, and the next one sends',
  async (as) => {
    const { field, onSend } = await show(as)
    const keys: [boolean, number][] = []
    field.addEventListener('keydown', (event) => keys.push([event.isComposing, event.keyCode]))

    await compose('ni')
    await compose('ni hao')
    await pressEnter(229)
    expect(field.value).toBe('ni hao')
    expect(onSend).not.toHaveBeenCalled()
    await devTools.send('Input.insertText', { text: '你好' })
    await expect.poll(() => field.value).toBe('你好')
    // Safari's order: the composition is over, and the Enter that ended it comes now.
    await pressEnter(229)
    expect(onSend).not.toHaveBeenCalled()

    await userEvent.keyboard('{Enter}')
    expect(onSend.mock.calls).toEqual([['你好']])
    await expect.poll(() => field.value).toBe('')
    expect(keys).toEqual([
      [true, 229],
      [false, 229],
      [false, 13],
    ])
  },
)

test('Shift+Enter breaks the line, where the cursor is', async () => {
  const { field, onSend } = await show('textarea')
  await userEvent.keyboard('one{Shift>}{Enter}{/Shift}two')
  expect(field.value).toBe('one\ntwo')
  await userEvent.keyboard('{Home}{Shift>}{Enter}{/Shift}and ')
  expect(field.value).toBe('one\n\nand two')
  await userEvent.keyboard('{Enter}')
  expect(onSend.mock.calls).toEqual([['one\n\nand two']])
})
