import { expect, test } from 'vitest'
import { cancel } from '../../src/connection/cancel.js'

const url = 'https://example.test/events/1'

test.each([200, 204, 404])(
  'an answer of %s says that there is nothing left to stop',
  async (status) => {
    const answer = async () => new Response(status === 204 ? null : 'text', { status })
    await expect(cancel(url, {}, answer)).resolves.toBe(undefined)
  },
)

test('a server that refuses is an error', async () => {
  const answer = async () => new Response('not yours', { status: 403 })
  await expect(cancel(url, {}, answer)).rejects.toMatchObject({ code: 'http', status: 403, url })
})
