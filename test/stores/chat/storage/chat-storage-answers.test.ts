// What two tabs make of the tool calls of one reply before either has heard of the other.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { aiSdk } from '../../../../src/protocols/ai-sdk.js'
import { settle } from '../../../support/clock.js'
import { settleStorage } from '../../storage/tabs-support.js'
import { calling } from '../tools/chat-tools-support.js'
import { calledIn, openTabs, type ToolsTab } from './chat-storage-calls-support.js'

afterEach(() => vi.unstubAllGlobals())

type Act = (tab: ToolsTab) => void

const answers: Record<string, [Act, Act]> = {
  'have their results': [({ runs }) => runs[0]!.resolve('c'), ({ runs }) => runs[0]!.resolve('d')],
  'are denied': [({ tools }) => tools.deny('c'), ({ tools }) => tools.deny('d')],
  'are answered by the page': [
    ({ tools }) => tools.answer('c', 1),
    ({ tools }) => tools.answer('d', 2),
  ],
}

describe.each([false, true])('in two tabs at once (slow storage: %s)', (isSlow) => {
  test.each(Object.entries(answers))(
    'two calls %s: both answers stay, and one tab goes on',
    async (what, [answerC, answerD]) => {
      const { a, b, deliverAll } = await openTabs(['c', 'd'], { isSlow })
      if (what === 'have their results') {
        a.tools.approve('c')
        b.tools.approve('d')
        await deliverAll()
      }
      answerC(a)
      answerD(b)
      await deliverAll()
      expect(calledIn(a)).toEqual(calledIn(b))
      for (const { state } of calledIn(a)) expect(['done', 'error']).toContain(state)
      expect([...a.calls, ...b.calls]).toHaveLength(1)
    },
  )

  test('one call is approved: it runs once', async () => {
    const { a, b, deliverAll } = await openTabs(['c'], { isSlow })
    a.tools.approve('c')
    b.tools.approve('c')
    await settle()
    await deliverAll()
    expect([...a.runs, ...b.runs]).toHaveLength(1)
  })

  test('one call that came to one of them just then is approved: it runs once', async () => {
    const { a, b, deliverAll } = await openTabs([], { isSlow })
    void a.chat.sendMessage('More')
    await settle()
    await a.calls[0]!.send(...calling(['held', {}, 'c']))
    await deliverAll()
    a.tools.approve('c')
    b.tools.approve('c')
    await settle()
    await deliverAll()
    expect([...a.runs, ...b.runs]).toHaveLength(1)
  })

  test('two calls of the server are approved: it is told of both, once', async () => {
    const ofServer = { providerExecuted: true, approval: { id: 'x' } }
    const { a, b, deliverAll } = await openTabs(['c', 'd'], { isSlow, protocol: aiSdk() }, ofServer)
    a.tools.approve('c')
    b.tools.approve('d')
    await deliverAll()
    await settle()
    const [call, ...more] = [...a.calls, ...b.calls]
    expect(more).toEqual([])
    expect(JSON.stringify(call!.body).match(/approval-responded/g)).toHaveLength(2)
  })

  test('one call of the server is approved: it is told once', async () => {
    const ofServer = { providerExecuted: true, approval: { id: 'x' } }
    const options = { isSlow, protocol: aiSdk() }
    const { a, b, deliverAll, locks } = await openTabs(['c'], options, ofServer)
    a.tools.approve('c')
    b.tools.approve('c')
    await deliverAll()
    const [call, ...more] = [...a.calls, ...b.calls]
    expect(more).toEqual([])
    await call!.send({ type: 'finish' }, '[DONE]')
    await deliverAll()
    expect(locks.count()).toBe(0)
  })
})

test('a call is approved while a slow storage saves what it waits for: it runs', async () => {
  const { a } = await openTabs([], { isSlow: true })
  a.chat.subscribe(() => a.tools.approve('c'))
  void a.chat.sendMessage('More')
  await settle()
  await a.calls[0]!.send(...calling(['held', {}, 'c']))
  await settleStorage()
  expect(a.runs).toHaveLength(1)
})

test('a call is approved that another tab has run while a slow storage was being read: it does not run again', async () => {
  const { a, b, clock, deliverAll } = await openTabs(['c'], { isSlow: true })
  const { getItem } = b.storage
  const before = await getItem('chat')
  let answer!: () => void
  const isTime = new Promise<void>((resolve) => (answer = resolve))
  b.storage.getItem = async () => (await isTime, (b.storage.getItem = getItem), before)
  clock.page('visibilitychange')
  a.tools.approve('c')
  await settleStorage()
  a.runs[0]!.resolve('once')
  await settleStorage()
  b.tools.approve('c')
  await settleStorage()
  answer()
  await deliverAll()
  expect([a.runs.length, b.runs.length]).toEqual([1, 0])
})

test('a tab whose answer another one had overwritten by mistake leaves it to that one to go on', async () => {
  const { a, b, clock, deliver, deliverAll, oversleep } = await openTabs(['c', 'd'])
  a.tools.deny('c')
  b.chat.setMessages((all) => [...all, { id: 'slip', role: 'user', content: 'Slip' }])
  b.chat.removeMessage('slip')
  oversleep(a)
  clock.page('visibilitychange')
  await deliver(b)
  expect(calledIn(b)).toMatchObject([{ state: 'error' }, { state: 'approval' }])
  b.tools.deny('d')
  await deliver(a)
  await deliverAll()
  expect([a.calls.length, b.calls.length]).toEqual([0, 1])
})

test('a call is approved that another tab has denied just then: this tab does not go on holding its lock', async () => {
  const { a, b, locks } = await openTabs(['c', 'd'], { isSlow: true })
  a.tools.deny('c')
  await settleStorage()
  b.tools.approve('c')
  await settleStorage()
  expect([b.runs.length, locks.count()]).toEqual([0, 0])
})

test('how often a reply was changed stays known when two answers to its calls are put together', async () => {
  const { a, b, deliverAll, stored } = await openTabs(['c', 'd'])
  const changed = (): unknown => (JSON.parse(stored()!) as { changes?: unknown }).changes
  a.chat.setMessages((all) => all.map((each) => ({ ...each, metadata: { liked: true } })))
  await deliverAll()
  const before = changed()
  expect(before).toHaveLength(2)
  a.tools.deny('c')
  b.tools.deny('d')
  await deliverAll()
  expect(changed()).toEqual(before)
})
