import { useSyncExternalStore } from 'react'

export const pageNames = [
  'adventure',
  'studio',
  'dashboard',
  'formats',
  'faults',
  'instances',
] as const
export type PageName = (typeof pageNames)[number]

export function pathOf(page: PageName): string {
  return page === 'adventure' ? '/' : `/${page}`
}

export function navigate(page: PageName): void {
  history.pushState(null, '', pathOf(page))
  for (const listener of listeners) listener()
}

/** The page that the address names; an unknown address is the first page. */
export function usePage(): PageName {
  return useSyncExternalStore(subscribe, currentPage)
}

const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('popstate', listener)
  }
}

function currentPage(): PageName {
  return pageNames.find((page) => pathOf(page) === location.pathname) ?? 'adventure'
}
