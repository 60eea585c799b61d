/** Files that the player shows to the game master. */
import { describe, test } from 'vitest'
import { open } from '../support.js'
import { choose, hear } from './conversation.js'

describe.concurrent('the files', () => {
  test('shows a file that goes along, where the wire has a place for it', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    const attach = page.getByLabel('Show a file')
    const dot = {
      name: 'dot.gif',
      mimeType: 'image/gif',
      buffer: Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAAC', 'base64'),
    }
    await attach.setInputFiles({ ...dot, buffer: Buffer.alloc(2 ** 20 + 1) })
    await page.getByRole('alert').getByText('at most 1 MiB').waitFor()
    await attach.setInputFiles(dot)
    await hear(page, 'look', 'what you have brought (1)')
    expect(await page.locator('.message').getByRole('img', { name: 'dot.gif' }).count()).toBe(1)
    await choose(page, 'Protocol', 'text')
    expect(await attach.isDisabled()).toBe(true)
  })
})
