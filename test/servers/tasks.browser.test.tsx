import { StrictMode, useState } from 'react'
import { expect, onTestFinished, test } from 'vitest'
import { commands } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { useTaskManager } from '../../src/hooks/use-task-manager.js'
import type { Job } from '../support/servers/tasks.js'

interface Tune {
  url: string
}

/** The component of the tutorials. */
function Studio({ server }: { server: string }) {
  const [prompt, setPrompt] = useState('')
  const { tasks, startTask, cancelTask } = useTaskManager<Tune>({ url: `${server}/api/generate` })
  return (
    <main>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          startTask(prompt)
          setPrompt('')
        }}
      >
        <input
          aria-label="Prompt"
          value={prompt}
          onChange={(event) => setPrompt(event.target.value)}
        />
        <button>Generate</button>
      </form>
      {Array.from(tasks.values(), (task) => (
        <section key={task.id} aria-label={task.prompt}>
          <output>{task.status}</output>
          <progress value={task.progress} max={100} />
          {task.status === 'processing' && (
            <button onClick={() => cancelTask(task.id)}>Cancel</button>
          )}
          {task.error && <p role="alert">{task.error.message}</p>}
          {task.result && <audio src={task.result.url} controls />}
        </section>
      ))}
    </main>
  )
}

async function openStudio() {
  const server = await commands.startServer('test/support/servers/tasks.ts')
  onTestFinished(() => commands.stopServer(server))
  const screen = await render(
    <StrictMode>
      <Studio server={server} />
    </StrictMode>,
  )
  return {
    server,
    screen,
    section: (prompt: string) => screen.getByRole('region', { name: prompt, exact: true }),
    async generate(prompt: string) {
      await screen.getByLabelText('Prompt').fill(prompt)
      await screen.getByRole('button', { name: 'Generate' }).click()
    },
    async jobs(): Promise<Record<string, Job['state']>> {
      const jobs = (await (await fetch(`${server}/jobs`)).json()) as Job[]
      return Object.fromEntries(jobs.map((job) => [job.prompt, job.state]))
    },
    release: () => fetch(`${server}/release`, { method: 'POST' }),
  }
}

test('the component of the tutorials shows progress, then plays the result', async () => {
  const { section, generate, server } = await openStudio()
  await generate('a slow waltz')
  const tune = section('a slow waltz')
  await expect.element(tune.getByText('done')).toBeInTheDocument()
  const audio = tune.element().querySelector('audio')
  expect(audio?.src).toBe(`${server}/tune.wav`)
  await expect.poll(() => audio?.duration).toBeCloseTo(0.1)
  expect(tune.element().querySelector('progress')?.value).toBe(100)
})

test('a task that fails says why', async () => {
  const { section, generate } = await openStudio()
  await generate('fail this')
  await expect.element(section('fail this').getByText('error')).toBeInTheDocument()
  await expect
    .element(section('fail this').getByRole('alert'))
    .toHaveTextContent('Cannot compose fail this')
})

test('cancel one of three, and the others go on', async () => {
  const { section, generate, jobs, release } = await openStudio()
  const prompts = ['wait one', 'wait two', 'wait three']
  for (const prompt of prompts) await generate(prompt)
  for (const prompt of prompts) {
    await expect.poll(() => section(prompt).element().querySelector('progress')?.value).toBe(50)
  }
  await section('wait two').getByRole('button', { name: 'Cancel' }).click()
  await expect.element(section('wait two')).not.toBeInTheDocument()
  await expect.poll(jobs).toMatchObject({ 'wait two': 'disconnected', 'wait one': 'working' })
  await release()
  await expect.element(section('wait one').getByText('done')).toBeInTheDocument()
  await expect.element(section('wait three').getByText('done')).toBeInTheDocument()
})

test('unmounting closes every connection', async () => {
  const { screen, section, generate, jobs } = await openStudio()
  await generate('wait one')
  await generate('wait two')
  await expect.element(section('wait two').getByText('processing')).toBeInTheDocument()
  await expect.poll(jobs).toEqual({ 'wait one': 'working', 'wait two': 'working' })
  await screen.unmount()
  await expect.poll(jobs).toEqual({ 'wait one': 'disconnected', 'wait two': 'disconnected' })
})
