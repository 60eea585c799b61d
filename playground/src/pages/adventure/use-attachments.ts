import { readFiles } from 'brooklet'
import type { FilePart, StreamError } from 'brooklet'
import { useState } from 'react'
import { routeOf } from './route.js'
import { useSetup } from './setup.js'

const limits = { maxSize: 2 ** 20, maxFiles: 3 }

export interface UseAttachments {
  files: readonly File[]
  /** Whether the chosen protocol has a place for them. */
  isAllowed: boolean
  /** Why some were not taken. */
  problem: string | undefined
  add(more: Iterable<File> | ArrayLike<File>): void
  remove(file: File): void
  /** What is sent with the next message. */
  take(): Promise<FilePart[]>
}

/** Files that wait to be sent with a message. */
export function useAttachments(): UseAttachments {
  const [files, setFiles] = useState<readonly File[]>([])
  const [problem, setProblem] = useState<string>()
  const isAllowed = routeOf(useSetup()).carries.includes('files')

  async function add(more: Iterable<File> | ArrayLike<File>): Promise<void> {
    const next = [...files, ...Array.from(more)]
    if (next.length === files.length) return
    try {
      await readFiles(next, limits)
      setFiles(next)
      setProblem(undefined)
    } catch (error) {
      setProblem((error as StreamError).message)
    }
  }

  async function take(): Promise<FilePart[]> {
    setFiles([])
    setProblem(undefined)
    return isAllowed ? readFiles(files, limits) : []
  }

  return {
    files,
    isAllowed,
    problem,
    add: (more) => void add(more),
    remove: (file) => setFiles(files.filter((each) => each !== file)),
    take,
  }
}
