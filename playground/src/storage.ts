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
