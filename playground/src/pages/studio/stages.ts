import type { StreamEvent, Task } from 'brooklet'

const stageNames = ['composing', 'rendering', 'mastering'] as const
export type Stage = (typeof stageNames)[number]

export interface Stages {
  read(event: StreamEvent, task: Pick<Task, 'id'>): void
  get(taskId: string): Stage | undefined
  subscribe(listener: () => void): () => void
}

/** The stage that each task's `progress` events name beside their percentage. */
export function createStages(): Stages {
  const stages = new Map<string, Stage>()
  const listeners = new Set<() => void>()
  return {
    read({ type, data }, { id }) {
      const stage = type === 'progress' ? stageOf(data) : undefined
      if (stage === undefined || stages.get(id) === stage) return
      stages.set(id, stage)
      for (const listener of listeners) listener()
    },
    get: (taskId) => stages.get(taskId),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function stageOf(data: string): Stage | undefined {
  try {
    const { stage } = JSON.parse(data) as { stage?: unknown }
    return stageNames.find((name) => name === stage)
  } catch {
    return undefined
  }
}
