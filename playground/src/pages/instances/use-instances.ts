import { useEffect, useState } from 'react'

export interface Instance {
  name: string
  isRunning: boolean
}

export interface Instances {
  /** Undefined until the server has said it. */
  hasRedis?: boolean
  isUnreached?: boolean
  instances: readonly Instance[]
}

const unreached: Instances = { isUnreached: true, instances: [] }
const url = '/api/instances'

/** The two servers, as they were when they were last asked about. */
export function useInstances() {
  const [state, setState] = useState<Instances>({ instances: [] })

  useEffect(() => {
    void ask().then((next = unreached) => setState(next))
  }, [])

  async function refresh(init?: RequestInit): Promise<boolean> {
    const next = await ask(init)
    if (next) setState(next)
    return next !== undefined
  }

  async function kill(name: string): Promise<void> {
    await fetch(`${url}/${name}`, { method: 'DELETE' }).catch(() => {})
    await refresh()
  }

  /** Resolves to whether both run. */
  const start = (): Promise<boolean> => refresh({ method: 'PUT' })

  return { state, refresh, start, kill }
}

async function ask(init?: RequestInit): Promise<Instances | undefined> {
  const response = await fetch(url, init).catch(() => undefined)
  return response?.ok ? ((await response.json()) as Instances) : undefined
}
