import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { previewFile, readFiles } from '../../../src/stores/chat/attachments.js'

const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

test('files that a user chooses are read, and a preview of them is painted until it is revoked', async () => {
  const screen = await render(<input type="file" multiple aria-label="Files" />)
  const input = screen.getByLabelText('Files').element() as HTMLInputElement
  const bytes = Uint8Array.from(atob(pixel), (character) => character.charCodeAt(0))
  await userEvent.upload(input, [
    new File([bytes], 'pixel.png', { type: 'image/png' }),
    new File(['a,b'], 'table.csv', { type: 'text/csv' }),
  ])
  const [image, table] = await readFiles(input.files!, { accept: 'image/*,.csv' })
  expect(image).toEqual({ type: 'file', mediaType: 'image/png', data: pixel, name: 'pixel.png' })
  expect(table).toMatchObject({ mediaType: 'text/csv', data: btoa('a,b') })

  const { url, revoke } = previewFile(image!)
  const shown = new Image()
  shown.src = url
  await shown.decode()
  expect(shown.naturalWidth).toBe(1)
  revoke()
  const late = new Image()
  late.src = url
  await expect(late.decode()).rejects.toThrow()
})
