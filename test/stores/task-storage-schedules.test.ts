// Several tabs with the same tasks, and whatever happens in them.
import * as fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { schedules } from './task-storage-schedules.js'

afterEach(() => vi.unstubAllGlobals())

const numRuns = 60

describe('a property: whatever happens in whichever tab, at the end all tabs and the server agree', () => {
  test('where all that was done is known before the next thing happens, with any server', async () => {
    const result = await fc.check(schedules({ isHasty: false }), { numRuns })
    expect(fc.defaultReportMessage(result)).toBeUndefined()
  })

  test('where it happens at the same time, with a server that knows a task by its id', async () => {
    const result = await fc.check(schedules({ isHasty: true }), { numRuns })
    expect(fc.defaultReportMessage(result)).toBeUndefined()
  })
})
