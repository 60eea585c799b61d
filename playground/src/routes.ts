import { createValue, useValue } from './shared/value.js'

export const pageNames = [
  'adventure',
  'studio',
  'dashboard',
  'formats',
  'faults',
  'instances',
] as const
export type PageName = (typeof pageNames)[number]

const page = createValue(addressed())
addEventListener('popstate', () => page.set(addressed()))

export function usePage(): PageName {
  return useValue(page)
}

export function pathOf(page: PageName): string {
  return page === 'adventure' ? '/' : `/${page}`
}

export function navigate(to: PageName): void {
  history.pushState(null, '', pathOf(to))
  page.set(to)
}

/** The page that the address names; an unknown address is the first page. */
function addressed(): PageName {
  return pageNames.find((name) => pathOf(name) === location.pathname) ?? 'adventure'
}
