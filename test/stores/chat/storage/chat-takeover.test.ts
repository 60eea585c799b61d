// A reply under way in one of several tabs: it is received once, and taken over where its tab is gone.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { settle } from '../../../support/clock.js'
import { delta } from '../chat-support.js'
import { createTabs, settleStorage } from '../../storage/tabs-support.js'
import { headers, texts, turn } from './chat-storage-support.js'

afterEach(() => vi.unstubAllGlobals())

describe('a reply under way', () => {
  async function startReply() {
    const tabs = createTabs()
    const [a, b] = [tabs.openTab(), tabs.openTab()]
    const promise = a.chat.sendMessage('Hello')
    await settle()
    await a.calls[0]!.open({ headers })
    await a.calls[0]!.send(delta('So '), delta('far'))
    tabs.clock.nextFrame()
    await tabs.deliverAll()
    return { ...tabs, a, b, promise }
  }

  test('is shown in the other tab as far as it is saved, and received once', async () => {
    const { a, b, promise, deliverAll } = await startReply()
    expect(texts(b)).toEqual(['Hello', 'So far'])
    expect(b.chat.getSnapshot().isLoading).toBe(false)
    await a.calls[0]!.send(delta(', so good'), '[DONE]')
    await promise
    await deliverAll()
    expect(texts(b)).toEqual(['Hello', 'So far, so good'])
    expect(b.chat.getSnapshot().messages.at(-1)!.status).toBe('complete')
    expect(b.calls).toHaveLength(0)
  })

  test('a third tab that is opened meanwhile does not receive it either', async () => {
    const { a, openTab, promise, deliverAll } = await startReply()
    const c = openTab()
    expect(texts(c)).toEqual(['Hello', 'So far'])
    await settle()
    expect(c.calls).toHaveLength(0)
    await a.calls[0]!.send('[DONE]')
    await promise
    await deliverAll()
    expect(c.calls).toHaveLength(0)
    expect(c.chat.getSnapshot().messages.at(-1)!.status).toBe('complete')
  })

  test('is received once where a slow storage is never done with saving it', async () => {
    const { clock, openTab, deliverEach } = createTabs({ isSlow: true })
    const [a, b] = [openTab(), openTab()]
    await settleStorage()
    void a.chat.sendMessage('Hello')
    await settle()
    const call = a.calls[0]!
    await call.open({ headers })
    for (let count = 0; count < 60; count += 1) {
      await call.send(delta('.'))
      clock.nextFrame()
      await clock.advance(100)
      await deliverEach(b)
    }
    expect(b.chat.getSnapshot().messages).toHaveLength(2)
    expect(b.calls).toHaveLength(0)
  })

  test('is taken over by one tab when its own is gone', async () => {
    const { a, b, openTab, deliverAll, clock } = await startReply()
    const c = openTab()
    await a.kill()
    await clock.advance(999)
    expect([...b.calls, ...c.calls]).toHaveLength(0)
    await clock.advance(1)
    expect([...b.calls, ...c.calls]).toHaveLength(1)
    expect(b.calls[0]).toMatchObject({ method: 'GET', url: headers['content-location'] })
    await b.calls[0]!.open({ headers })
    await b.calls[0]!.send(delta('So far, so good'), '[DONE]')
    await deliverAll()
    for (const tab of [b, c]) expect(texts(tab)).toEqual(['Hello', 'So far, so good'])
    expect(c.calls).toHaveLength(0)
  })

  test('its own tab, loaded again, goes on with it at once, and the other one lets it', async () => {
    const { a, b, openTab, clock } = await startReply()
    await a.kill()
    await clock.advance(200)
    const again = openTab()
    await settle()
    expect(again.calls).toHaveLength(1)
    await clock.advance(10_000)
    expect(b.calls).toHaveLength(0)
  })

  test('also where its page was mounted twice, as strict mode does', async () => {
    const { a, openTab, clock } = await startReply()
    await a.kill()
    await clock.advance(200)
    const first = openTab()
    first.stop()
    const second = openTab()
    await settle()
    expect(first.calls).toHaveLength(0)
    expect(second.calls).toHaveLength(1)
  })

  test('also by a tab that has received replies itself', async () => {
    const tabs = createTabs()
    const [a, b] = [tabs.openTab(), tabs.openTab()]
    await turn(b, 'Hello', 'Hi')
    await tabs.deliverAll()
    void a.chat.sendMessage('More')
    await settle()
    await a.calls[0]!.open({ headers })
    await a.calls[0]!.send(delta('So far'))
    tabs.clock.nextFrame()
    await tabs.deliverAll()
    await a.kill()
    await tabs.clock.advance(1_000)
    expect(b.calls.at(-1)).toMatchObject({ method: 'GET' })
  })

  test('not by a tab that is opened while a slow storage saves its end', async () => {
    const { openTab, clock } = createTabs({ isSlow: true })
    const a = openTab()
    await settle()
    const promise = a.chat.sendMessage('Hello')
    await settle()
    await a.calls[0]!.open({ headers })
    clock.nextFrame()
    await settleStorage()
    const b = openTab()
    await a.calls[0]!.send(delta('Hi'), '[DONE]')
    await promise
    await settleStorage()
    await clock.advance(1_000)
    await settleStorage()
    expect(b.calls).toHaveLength(0)
    expect(texts(b)).toEqual(['Hello', 'Hi'])
  })

  test('nor where the next one has begun before that', async () => {
    const { openTab, clock } = createTabs({ isSlow: true })
    const a = openTab()
    await settleStorage()
    const promise = a.chat.sendMessage('Hello')
    await settle()
    await a.calls[0]!.open({ headers })
    clock.nextFrame()
    await settleStorage()
    let save!: () => void
    const { setItem } = a.storage
    const isTime = new Promise<void>((resolve) => (save = resolve))
    a.storage.setItem = async (...entry) => (await isTime, setItem(...entry))
    await a.calls[0]!.send(delta('Hi'), '[DONE]')
    await promise
    void a.chat.sendMessage('More')
    const b = openTab()
    await settleStorage()
    expect(texts(b)).toEqual(['Hello', ''])
    expect(b.calls).toHaveLength(0)
    save()
    await settleStorage()
    await clock.advance(2_000)
    await settleStorage()
    expect(texts(b).slice(0, 3)).toEqual(['Hello', 'Hi', 'More'])
    expect(b.calls).toHaveLength(0)
  })

  test('not by a tab in the background; it takes it when it is shown', async () => {
    const page = { hidden: true }
    vi.stubGlobal('document', page)
    const { a, b, clock } = await startReply()
    await a.kill()
    await clock.advance(10_000)
    expect(b.calls).toHaveLength(0)
    page.hidden = false
    clock.page('visibilitychange')
    await clock.advance(1_000)
    expect(b.calls).toHaveLength(1)
  })

  /** In a storage that answers later, and tells nobody. */
  async function startSlowly() {
    const { clock, openTab } = createTabs({ isSlow: true })
    const rounds = async (): Promise<void> => {
      for (let round = 0; round < 12; round += 1) await settle()
    }
    const [a, b] = [openTab(), openTab()]
    await rounds()
    void a.chat.sendMessage('Hello')
    await settle()
    await a.calls[0]!.open({ headers })
    await rounds()
    clock.page('visibilitychange')
    await rounds()
    expect(texts(b)).toEqual(['Hello', ''])
    return { clock, a, b, rounds }
  }

  test('not the next one, of which it hears while it looks how far the last one has come', async () => {
    const { clock, a, b, rounds } = await startSlowly()
    await a.calls[0]!.send(delta('Hi'), '[DONE]')
    await rounds()
    const { getItem } = b.storage
    let answer!: (text: string) => void
    b.storage.getItem = () => new Promise((resolve) => (answer = resolve))
    await clock.advance(1_000)
    b.storage.getItem = getItem
    void a.chat.sendMessage('More')
    await settle()
    await a.calls[1]!.open({ headers })
    await rounds()
    answer((await getItem('chat'))!)
    await rounds()
    expect(texts(b)).toEqual(['Hello', 'Hi', 'More', ''])
    expect(b.calls).toHaveLength(0)
  })

  test('not where a slow reading that began before its end was saved shows it as it was', async () => {
    const { clock, a, b, rounds } = await startSlowly()
    const { getItem } = b.storage
    const before = await getItem('chat')
    let answer!: () => void
    b.storage.getItem = () => new Promise((resolve) => (answer = () => resolve(before)))
    clock.page('visibilitychange')
    b.storage.getItem = getItem
    await a.calls[0]!.send(delta('Hi'), '[DONE]')
    await rounds()
    await clock.advance(1_000)
    await rounds()
    answer()
    await rounds()
    expect(b.calls).toHaveLength(0)
    expect(texts(b)).toEqual(['Hello', 'Hi'])
  })

  test('not where it was removed meanwhile, nor is an earlier one that was cut', async () => {
    const { openTab, deliverAll, clock } = createTabs()
    const [a, b] = [openTab(), openTab()]
    void a.chat.sendMessage('Hello')
    await settle()
    await a.calls[0]!.open({ headers })
    await a.calls[0]!.cut()
    await deliverAll()
    void a.chat.sendMessage('More')
    await settle()
    await a.calls.at(-1)!.open({ headers })
    await deliverAll()
    expect(texts(b)).toEqual(['Hello', '', 'More', ''])
    await a.kill()
    b.chat.setMessages((all) => all.slice(0, 2))
    await clock.advance(10_000)
    expect(b.calls).toHaveLength(0)
  })

  test('one that its tab gave up is not tried by the others in turns', async () => {
    const { a, b, promise, deliverAll, clock } = await startReply()
    await a.calls[0]!.cut()
    await promise.catch(() => {})
    const asked = a.calls.length
    await deliverAll()
    await clock.advance(60_000)
    expect(b.calls).toHaveLength(0)
    expect(a.calls).toHaveLength(asked)
    expect(b.chat.getSnapshot().messages.at(-1)).toMatchObject({
      status: 'interrupted',
      error: { code: 'network' },
    })
  })

  test('one that its tab gave up is tried again by a page that is loaded, whatever that tab has heard of', async () => {
    const { a, b, openTab, promise, deliverAll } = await startReply()
    b.chat.setMessages(([first, ...others]) => [
      { ...first!, metadata: { liked: true } },
      ...others,
    ])
    await deliverAll()
    await a.calls[0]!.cut()
    await promise.catch(() => {})
    await deliverAll()
    const again = openTab()
    await settle()
    expect(again.calls).toMatchObject([{ method: 'GET' }])
  })
})
