import { describe, test } from 'vitest'
import { open, pageTitles } from '../support.js'

describe.concurrent('the code of the pages', () => {
  test('shows where each page uses its hook', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    for (const name of pageTitles) {
      await page.getByRole('link', { name }).click()
      await page.getByText('The code').click()
      const hook = await page.locator('.lead code').innerText()
      const code = await page.getByRole('region', { name: 'The code' }).innerText()
      expect(code).toMatch(new RegExp(`import .*${hook}.* from 'brooklet'`))
    }
  })
})
