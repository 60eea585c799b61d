import type { Task } from '../../../src/stores/tasks/task-types.js'

export interface ModelOptions {
  concurrency: number
  keepCanceled: boolean
  /** `retry.replay`. */
  replay: boolean | undefined
}

/** What is known of a task, its error by its code. */
export type ModelTask = { -readonly [Field in Known]: Task[Field] } & {
  /** Its code, and a number of its own. */
  error: string | undefined
  /** Which of those with this id it is. */
  number: number
  run?: ModelRun
}

type Known = 'id' | 'input' | 'priority' | 'attempt' | 'status' | 'result' | Shown
type Shown = 'progress' | 'indeterminate' | 'isReconnecting'

interface ModelRun {
  /** A request is `due` within the turn, has been `asked`, is `open`, or is made when it has been `waiting`. */
  at: 'due' | 'asked' | 'open' | 'waiting' | 'closed'
  hasEvents: boolean
  lastEventId: string
  furthest: number
}

const atRest = { indeterminate: false, isReconnecting: false, error: undefined, run: undefined }

export type TaskModel = ReturnType<typeof createTaskModel>

/**
 * What a manager of tasks promises, as simply as it can be told: one list, and what becomes of it.
 * `hear` is called where a handler of the user's is, `look` where its subscribers are.
 */
export function createTaskModel(
  options: ModelOptions,
  hear: (what: 'event' | 'done' | 'error' | 'cancel', task: ModelTask) => void,
  look: () => void,
) {
  const { keepCanceled, replay } = options
  let { concurrency } = options
  const tasks: ModelTask[] = []
  let [isPaused, isAway, isAborted, isFilling] = [false, false, false, false]
  let requests = 0
  /** Requests of runs that were over in the turn in which they began: they may have been made, or not. */
  let dropped = 0
  /** Of tasks, and of errors. */
  let numbers = 0
  let published = seen()

  const find = (id: string) => tasks.find((task) => task.id === id)
  const isUnderWay = ({ status }: ModelTask) => status === 'queued' || status === 'processing'

  function nextStart(): ModelTask | undefined {
    const queued = tasks.filter(({ status }) => status === 'queued')
    const [next] = queued.toSorted((one, other) => other.priority - one.priority)
    const isFree = tasks.filter(({ run }) => run).length < concurrency
    return isFree && !isAway && !isPaused ? next : undefined
  }

  function settleList(): void {
    fill()
    publish()
  }

  /** What a subscriber does meanwhile fills no slots itself. */
  function fill(): void {
    if (isFilling) return
    isFilling = true
    for (let next = nextStart(); next; next = nextStart()) {
      next.status = isAborted ? 'canceled' : 'processing'
      if (isAborted) publish()
      else next.run = { at: 'due', hasEvents: false, lastEventId: '', furthest: 0 }
    }
    isFilling = false
  }

  function publish(): void {
    if (seen() === published) return
    published = seen()
    look()
  }

  function seen(): string {
    return JSON.stringify([isPaused, tasks.map((task) => ({ ...task, run: undefined }))])
  }

  function begin(id: string, input: unknown, priority: number, attempt: number): ModelTask {
    const begun = { status: 'queued', progress: 0, result: null } as const
    return { id, input, priority, attempt, number: (numbers += 1), ...begun, ...atRest }
  }

  function forget(task: ModelTask | undefined): void {
    if (!task) return
    tasks.splice(tasks.indexOf(task), 1)
    drop(task)
    task.run = undefined
  }

  function end(task: ModelTask, changes: Partial<ModelTask> & Pick<ModelTask, 'status'>): void {
    drop(task)
    Object.assign(task, atRest, changes)
    const ended = { ...task }
    settleList()
    if (ended.status === 'done' || ended.status === 'error') hear(ended.status, ended)
  }

  function drop({ run }: ModelTask): void {
    if (run?.at === 'due') dropped += 1
  }

  function endClosed(task: ModelTask): void {
    end(task, isAborted ? { status: 'canceled' } : failure('incomplete'))
  }

  function failure(code: string): Pick<ModelTask, 'status' | 'error'> {
    return { status: 'error', error: newError(code) }
  }

  const newError = (code: string) => `${code} ${(numbers += 1)}`

  /** Where nothing says how to go on, the server tells all of it again. */
  function askAgain(task: ModelTask, at: 'due' | 'waiting'): void {
    const run = task.run!
    run.at = at
    if (!run.lastEventId) run.furthest = 0
  }

  function isRepeatable({ input, run }: ModelTask): boolean {
    const isHarmless = !run!.hasEvents && typeof input === 'string'
    return run!.lastEventId !== '' || (replay ?? isHarmless)
  }

  return {
    tasks,
    publish,
    get isPaused() {
      return isPaused
    },
    get requests() {
      return requests
    },
    get dropped() {
      return dropped
    },
    /** A task counts as much as its priority. */
    progressOfAll(): number {
      const sum = (values: number[]) => values.reduce((all, each) => all + each, 0)
      const done = sum(tasks.map(({ priority, progress }) => priority * progress))
      return done / sum(tasks.map(({ priority }) => priority)) || 0
    },

    start(id: string, input: unknown, priority: number): void {
      const known = find(id)
      if (known && isUnderWay(known)) return
      forget(known)
      tasks.push(begin(id, input, priority, 1))
      settleList()
    },
    cancel(id: string): void {
      const task = find(id)
      if (!task) return
      const canceled = task.run && { ...task }
      if (!keepCanceled) forget(task)
      else if (isUnderWay(task)) end(task, { status: 'canceled' })
      settleList()
      if (canceled) hear('cancel', canceled)
    },
    remove(id: string): void {
      forget(find(id))
      settleList()
    },
    clear(): void {
      for (const task of Array.from(tasks)) if (!isUnderWay(task)) forget(task)
      settleList()
    },
    retry(id: string): void {
      const task = find(id)
      if (!task || isUnderWay(task)) return
      Object.assign(task, begin(id, task.input, task.priority, task.attempt + 1))
      settleList()
    },
    pause(value: boolean): void {
      isPaused = value
      settleList()
    },
    limit(value: number): void {
      concurrency = value
      settleList()
    },
    leave(): void {
      isAway = true
      for (const { run } of tasks) if (run) run.at = 'closed'
    },
    comeBack(): void {
      const lost: ModelTask[] = []
      for (const task of Array.from(tasks)) {
        if (task.run?.at !== 'closed' || !tasks.includes(task)) continue
        if (isAborted) endClosed(task)
        else if (isRepeatable(task)) askAgain(task, 'due')
        else lost.push({ ...Object.assign(task, atRest, failure('incomplete')) })
      }
      isAway = false
      settleList()
      // All have ended before the first is told of.
      for (const task of lost) hear('error', task)
    },
    abort(): void {
      isAborted = true
      for (const task of tasks) if (task.run && task.run.at !== 'closed') endClosed(task)
    },

    /** Everything that is due happens, but for what has to wait. */
    settle(): void {
      for (const { run } of tasks) {
        if (run?.at !== 'due') continue
        run.at = 'asked'
        requests += 1
      }
    },
    wait(): void {
      for (const task of tasks) if (task.run?.at === 'waiting') askAgain(task, 'due')
    },

    accept(task: ModelTask): void {
      if (task.run!.at === 'open') return
      task.run!.at = 'open'
      task.isReconnecting = false
      task.error = undefined
    },
    event(task: ModelTask, mean: () => void, eventId = ''): void {
      const run = task.run!
      run.hasEvents = true
      run.lastEventId = eventId || run.lastEventId
      hear('event', task)
      if (task.run === run) mean()
    },
    progress(task: ModelTask, percent: number | null): void {
      if (percent === null) task.indeterminate = true
      else if (percent >= task.run!.furthest) {
        task.progress = task.run!.furthest = percent
        task.indeterminate = false
      }
    },
    complete(task: ModelTask, result: unknown): void {
      end(task, { status: 'done', progress: 100, result })
    },
    fail(task: ModelTask, code: string): void {
      end(task, failure(code))
    },
    garble(task: ModelTask): void {
      task.error = newError('parse')
    },
    lose(task: ModelTask, code: string): void {
      // What was refused was not begun.
      if (code !== 'http' && !isRepeatable(task)) return this.fail(task, code)
      task.isReconnecting = true
      task.error = newError(code)
      askAgain(task, 'waiting')
    },
  }
}
