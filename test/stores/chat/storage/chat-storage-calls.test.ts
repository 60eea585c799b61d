// A tool call that several tabs show: its first answer counts, and its tool runs once.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { aiSdk } from '../../../../src/protocols/ai-sdk.js'
import { settle } from '../../../support/clock.js'
import { delta } from '../chat-support.js'
import { settleStorage } from '../../storage/tabs-support.js'
import { calledIn, openTabs } from './chat-storage-calls-support.js'

afterEach(() => vi.unstubAllGlobals())

describe('a call that another tab denies', () => {
  test('stops where it runs, and stays denied', async () => {
    const { a, b, deliverAll } = await openTabs(['c'])
    a.tools.approve('c')
    await deliverAll()
    b.tools.deny('c')
    await deliverAll()
    expect([a.runs[0]!.context.signal.aborted, a.tools.getSnapshot().isRunning]).toEqual([
      true,
      false,
    ])
    a.runs[0]!.resolve('late')
    await deliverAll()
    for (const tab of [a, b]) {
      expect(calledIn(tab)).toMatchObject([
        { state: 'error', error: 'The user declined this call' },
      ])
    }
    expect([a.calls.length, b.calls.length]).toEqual([0, 1])
  })

  test('leaves it to the tab that runs the others to go on', async () => {
    const { a, b, deliverAll } = await openTabs(['c', 'd'])
    a.tools.approve('c')
    a.tools.approve('d')
    await deliverAll()
    b.tools.deny('c')
    await deliverAll()
    a.runs[1]!.resolve('in time')
    await deliverAll()
    expect(calledIn(b)).toMatchObject([{ state: 'error' }, { state: 'done', result: 'in time' }])
    expect([a.calls.length, b.calls.length]).toEqual([1, 0])
  })
})

describe('a call that another tab runs', () => {
  test('is not run here as well', async () => {
    const { a, b, deliverAll } = await openTabs(['c'])
    a.tools.approve('c')
    await deliverAll()
    expect(calledIn(b)).toMatchObject([{ state: 'running' }])
    b.tools.approve('c')
    await deliverAll()
    a.runs[0]!.resolve('once')
    await deliverAll()
    expect([a.runs.length, b.runs.length]).toEqual([1, 0])
    expect(calledIn(b)).toMatchObject([{ state: 'done', result: 'once' }])
    expect([a.calls.length, b.calls.length]).toEqual([1, 0])
  })

  test('is run here once that tab is gone', async () => {
    const { a, b, deliverAll } = await openTabs(['c'])
    a.tools.approve('c')
    await deliverAll()
    b.tools.approve('c')
    await deliverAll()
    await a.close()
    b.tools.approve('c')
    b.tools.approve('c')
    await settle()
    b.runs[0]!.resolve('here')
    await deliverAll()
    expect(b.runs).toHaveLength(1)
    expect(calledIn(b)).toMatchObject([{ state: 'done', result: 'here' }])
    expect(b.calls).toHaveLength(1)
  })

  test('is not run here while a slow storage saves its result, nor before this tab has read that', async () => {
    const { a, b, deliverAll } = await openTabs(['c'], { isSlow: true })
    a.tools.approve('c')
    await deliverAll()
    const { setItem } = a.storage
    let save!: () => void
    const isTime = new Promise<void>((resolve) => (save = resolve))
    a.storage.setItem = async (...entry) => (await isTime, setItem(...entry))
    a.runs[0]!.resolve('once')
    await settleStorage()
    b.tools.approve('c')
    await settleStorage()
    save()
    await settleStorage()
    expect(calledIn(b)).toMatchObject([{ state: 'running' }])
    b.tools.approve('c')
    await deliverAll()
    expect([a.runs.length, b.runs.length]).toEqual([1, 0])
    expect(calledIn(b)).toMatchObject([{ state: 'done', result: 'once' }])
  })
})

test('what becomes of a call while a reply is received is saved at once', async () => {
  const { a, clock, stored } = await openTabs(['c'])
  void a.chat.sendMessage('More')
  await settle()
  await a.calls[0]!.send(delta('So '))
  clock.nextFrame()
  a.tools.approve('c')
  await settle()
  expect(stored()).toContain('"running"')
  a.runs[0]!.resolve('sunny')
  await settle()
  expect(stored()).toContain('sunny')
})

describe('a call of the server that another tab has approved', () => {
  async function approvedElsewhere() {
    const ofServer = { providerExecuted: true, approval: { id: 'x' } }
    const tabs = await openTabs(['c'], { protocol: aiSdk() }, ofServer)
    tabs.a.tools.approve('c')
    await tabs.deliverAll()
    expect(calledIn(tabs.b)).toMatchObject([{ state: 'running' }])
    return tabs
  }

  test('is not sent here as well while that tab receives what comes of it', async () => {
    const { a, b, deliverAll } = await approvedElsewhere()
    b.tools.approve('c')
    await deliverAll()
    expect([a.calls.length, b.calls.length]).toEqual([1, 0])
  })

  test('is sent here once that tab is gone, and again where that failed', async () => {
    const { a, b, deliverAll } = await approvedElsewhere()
    await a.close()
    b.tools.approve('c')
    await deliverAll()
    expect(b.calls).toHaveLength(1)
    await b.calls[0]!.open()
    await b.calls[0]!.cut()
    await deliverAll()
    b.tools.approve('c')
    await deliverAll()
    expect(b.calls).toHaveLength(2)
  })
})

describe('a call that another tab approves while a reply is received here', () => {
  async function approvedElsewhere() {
    const started = await openTabs(['c'])
    const { a, b, deliverAll } = started
    const reply = b.chat.sendMessage('More')
    await settle()
    await b.calls[0]!.open()
    a.tools.approve('c')
    await deliverAll()
    expect(calledIn(b)).toMatchObject([{ state: 'approval' }])
    async function end(): Promise<void> {
      await b.calls[0]!.send(delta('So'), '[DONE]')
      await reply
      await deliverAll()
    }
    return { ...started, end }
  }

  test('is not run here as well', async () => {
    const { a, b, deliverAll, end } = await approvedElsewhere()
    b.tools.approve('c')
    a.runs[0]!.resolve('once')
    await deliverAll()
    b.tools.approve('c')
    await end()
    expect([a.runs.length, b.runs.length]).toEqual([1, 0])
    expect(calledIn(b)).toMatchObject([{ state: 'done', result: 'once' }])
  })

  test('can still be denied here until it is done', async () => {
    const { a, b, end } = await approvedElsewhere()
    b.tools.deny('c')
    await end()
    expect(a.runs[0]!.context.signal.aborted).toBe(true)
    expect(calledIn(a)).toMatchObject([{ state: 'error', error: 'The user declined this call' }])
  })

  test('cannot be denied here once it is done', async () => {
    const { a, b, deliverAll, end } = await approvedElsewhere()
    a.runs[0]!.resolve('once')
    await deliverAll()
    b.tools.deny('c')
    expect(calledIn(b)).toMatchObject([{ state: 'approval' }])
    await end()
    expect(calledIn(b)).toMatchObject([{ state: 'done', result: 'once' }])
  })
})
