import { createRequire } from 'node:module'
import { vi } from 'vitest'

const require = createRequire(import.meta.url)

export interface ReactDom {
  createRoot: typeof import('react-dom/client').createRoot
  flushSync: typeof import('react-dom').flushSync
}

/** Another copy of React DOM than the setup's: it looks for developer tools only as it is loaded. */
export function loadReactDom(devtools: object, mode: 'production' | 'development'): ReactDom {
  const others = Object.entries(require.cache).filter(([path]) => /[\\/]react-dom[\\/]/.test(path))
  vi.stubGlobal('__REACT_DEVTOOLS_GLOBAL_HOOK__', devtools)
  vi.stubEnv('NODE_ENV', mode)
  for (const [path] of others) delete require.cache[path]
  try {
    return { ...require('react-dom'), ...require('react-dom/client') } as ReactDom
  } finally {
    vi.unstubAllGlobals()
    vi.unstubAllEnvs()
    Object.assign(require.cache, Object.fromEntries(others))
  }
}
