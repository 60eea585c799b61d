/** Local storage that cannot break a page: it may be full, or forbidden. */
export function readStored(name: string): string | undefined {
  try {
    return localStorage.getItem(`brooklet.${name}`) ?? undefined
  } catch {
    return undefined
  }
}

export function writeStored(name: string, value: string): void {
  try {
    localStorage.setItem(`brooklet.${name}`, value)
  } catch {
    // The page goes on without.
  }
}

/** Calls back when another tab has written it. */
export function watchStored(name: string, listener: () => void): void {
  addEventListener('storage', ({ key }) => {
    if (key === `brooklet.${name}`) listener()
  })
}
