/** Any schedule over several tabs with the same tasks: at the end all agree. */
import * as fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { settle } from '../../../support/clock.js'
import { createTaskBrowser, shown } from './task-tabs-support.js'

/** What a hasty one does next does not wait until all tabs know of what it has done. */
function schedules({ isHasty }: { isHasty: boolean }): fc.IAsyncPropertyWithHooks<[unknown[]]> {
  const which = fc.nat(7)
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('start' as const), tab: which }) },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constantFrom('cancel', 'retry', 'remove', 'pause', 'resume', 'clear' as const),
        tab: which,
        task: which,
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constantFrom('progress', 'progress', 'done', 'error', 'cut' as const),
        task: which,
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constantFrom('open', 'close', 'kill', 'reload', 'leave and return' as const),
        tab: which,
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('wait' as const),
        time: fc.constantFrom(0, 20, 200, 1_100, 40_000),
      }),
    },
  )
  return fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
    const { openTab, pass, server } = createTaskBrowser({ knowsTasks: isHasty })
    const options = { concurrency: 2 }
    let tabs = [openTab(options)]
    let started = 0
    await pass()
    for (const step of steps) {
      const tab = tabs['tab' in step ? step.tab % tabs.length : 0]!
      const ids = [...tab.manager.getSnapshot().taskIds]
      const id = 'task' in step ? ids[step.task % (ids.length || 1)] : undefined
      const { do: what } = step
      const number = 'task' in step ? step.task : 0
      switch (what) {
        case 'start':
          tab.act((manager) => manager.startTask('a tune', { id: `t${(started += 1)}` }))
          break
        case 'cancel':
        case 'retry':
        case 'remove':
          if (id !== undefined) tab.act((manager) => manager[`${what}Task`](id))
          break
        case 'pause':
        case 'resume':
          tab.act((manager) => manager[`${what}Queue`]())
          break
        case 'clear':
          tab.act((manager) => manager.clearFinished())
          break
        case 'progress':
          if (id !== undefined) server.progress(id, number * 10)
          break
        case 'done':
        case 'error':
          if (id !== undefined) server.finish(id, what)
          break
        case 'cut':
          server.cut()
          break
        case 'open':
          if (tabs.length < 3) tabs.push(openTab(options))
          break
        case 'leave and return':
          tab.page('pagehide')
          await pass(20)
          tab.page('pageshow')
          break
        case 'wait':
          await pass('time' in step ? step.time : 0)
          break
        default:
          // What it has done last, others know or it is saved.
          if (what === 'kill' && !isHasty) await pass(1_300)
          // A page crashes between two turns, not in the midst of one.
          await settle()
          if (what === 'kill') tab.kill()
          else tab.close()
          tabs = tabs.filter((each) => each !== tab)
          if (what === 'reload' || tabs.length === 0) tabs.push(openTab(options))
      }
      if (!isHasty) await pass(20)
      for (const id of server.jobs.keys()) expect(server.open(id)).toBeLessThan(2)
    }
    await pass(300)
    tabs[0]!.act((manager) => manager.resumeQueue())
    await pass(70_000)
    const [view, ...others] = tabs.map(shown)
    for (const other of others) expect(other).toEqual(view)
    expect(server.isDoubled).toBe(false)
    const tasks = tabs[0]!.manager.getSnapshot().tasks
    for (const [id, job] of server.jobs) {
      const task = tasks.get(id)
      if (job.isRunning && task) {
        expect(`${id} ${task.status}`).toBe(`${id} processing`)
        expect(server.open(id)).toBe(1)
      } else if (task && task.status !== 'queued')
        expect(`${id} ${task.status}`).toBe(`${id} ${job.status}`)
      else expect(server.open(id)).toBe(0)
    }
    const queued = [...tasks.values()].filter(({ status }) => status === 'queued').length
    const running = [...tasks.values()].filter(({ status }) => status === 'processing').length
    if (queued > 0) expect(running).toBe(2)
  })
}

/** The tests of a file: the property over so many schedules. */
export function testSchedules(numRuns: number): void {
  afterEach(() => vi.unstubAllGlobals())

  describe('a property: whatever happens in whichever tab, at the end all tabs and the server agree', () => {
    test.each([
      ['where all that was done is known before the next thing happens, with any server', false],
      ['where it happens at the same time, with a server that knows a task by its id', true],
    ])('%s', async (_, isHasty) => {
      const result = await fc.check(schedules({ isHasty }), { numRuns })
      // Printed whole: what was expected is cut short, and with it the seed.
      if (result.failed) console.error(fc.defaultReportMessage(result))
      expect(result.failed).toBe(false)
    })
  })
}
