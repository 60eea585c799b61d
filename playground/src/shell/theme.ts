import { createValue, useValue } from '../shared/value.js'
import { writeStored } from '../storage.js'

export type Theme = 'light' | 'dark'

const systemIsDark = matchMedia('(prefers-color-scheme: dark)')
const theme = createValue(currentTheme())
systemIsDark.addEventListener('change', () => theme.set(currentTheme()))

/** What the visitor chose, else what the system prefers. */
export function useTheme(): Theme {
  return useValue(theme)
}

export function chooseTheme(chosen: Theme): void {
  document.documentElement.dataset.theme = chosen
  writeStored('theme', chosen)
  theme.set(chosen)
}

/** The choice of an earlier visit is set by `index.html`, before the first paint. */
function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme
  if (chosen === 'light' || chosen === 'dark') return chosen
  return systemIsDark.matches ? 'dark' : 'light'
}
