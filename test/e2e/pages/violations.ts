import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright'

const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What is wrong with a page for those who cannot see it as it is, if it is serious. */
export async function violations(page: Page): Promise<string[]> {
  return serious(page, {})
}

/** The same, of a page that has only changed its colors since it was asked. */
export async function violationsOfColor(page: Page): Promise<string[]> {
  return serious(page, { runOnly: ['color-contrast', 'link-in-text-block'] })
}

async function serious(page: Page, options: object): Promise<string[]> {
  await page.evaluate(await axe)
  const found = await page.evaluate(async (options) => {
    const { axe: run } = globalThis as unknown as {
      axe: { run(options: object): Promise<AxeResults> }
    }
    return (await run.run({ ...options, resultTypes: ['violations'] })).violations
  }, options)
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`)
}
