import { act } from '@testing-library/react'
import type { ReactNode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, vi } from 'vitest'

/** What a server, which has no storage, renders, and what a page shows that takes it over. */
export async function hydrateStored(node: ReactNode): Promise<{ html: string; shown: string }> {
  vi.stubGlobal('window', undefined)
  const html = renderToString(node)
  vi.unstubAllGlobals()
  const root = document.body.appendChild(document.createElement('div'))
  root.innerHTML = html
  const onRecoverableError = vi.fn<() => void>()
  const page = await act(async () => hydrateRoot(root, node, { onRecoverableError }))
  const shown = root.textContent
  expect(onRecoverableError).not.toHaveBeenCalled()
  await act(async () => page.unmount())
  root.remove()
  return { html, shown }
}
