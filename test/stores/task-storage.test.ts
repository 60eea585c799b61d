// Tasks that survive their page: what is saved, and how a later page goes on.
import { afterEach, expect, test, vi } from 'vitest'
import { createTaskBrowser } from './task-tabs-support.js'

afterEach(() => vi.unstubAllGlobals())

async function reloadMidway() {
  const browser = createTaskBrowser()
  const { openTab, server, pass } = browser
  const before = openTab({ concurrency: 2 })
  before.act((manager) => {
    for (const id of ['a', 'b', 'c', 'd']) manager.startTask(`tune ${id}`, { id })
  })
  await pass()
  server.progress('a', 30)
  server.progress('b', 50)
  server.finish('b')
  await pass()
  server.progress('a', 40)
  await pass()
  before.close()
  const tab = openTab({ concurrency: 2 })
  return { ...browser, before, tab }
}

test('after a reload the tasks are there at once, and go on by their last event id', async () => {
  const { tab, server, pass } = await reloadMidway()
  expect(tab.manager.getSnapshot().taskIds).toEqual(['a', 'b', 'c', 'd'])
  expect(tab.task('a')).toMatchObject({ status: 'processing', progress: 40, prompt: 'tune a' })
  expect(tab.task('b')).toMatchObject({ status: 'done', progress: 100, result: 'b is done' })
  expect(tab.task('d')).toMatchObject({ status: 'queued', progress: 0 })
  await pass()
  expect(server.requests).toEqual(['GET a', 'GET b', 'GET c', 'GET a after 2', 'GET c'])
  server.progress('a', 60)
  await pass()
  expect(tab.task('a')).toMatchObject({ status: 'processing', progress: 60 })
  server.finish('a')
  await pass()
  expect(tab.task('a')).toMatchObject({ status: 'done', result: 'a is done' })
  expect(tab.ended).toEqual(['a'])
})
