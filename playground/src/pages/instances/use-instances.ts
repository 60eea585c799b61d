import { useEffect, useState } from 'react'

export interface Instance {
  name: string
  isRunning: boolean
}

export interface Instances {
  hasRedis: boolean
  instances: readonly Instance[]
}

const url = '/api/instances'

/** The two servers, as they were when they were last asked about; undefined until then. */
export function useInstances() {
  const [state, setState] = useState<Instances>()

  useEffect(() => {
    void ask().then(setState)
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

  return { state, start, kill }
}

async function ask(init?: RequestInit): Promise<Instances | undefined> {
  const response = await fetch(url, init).catch(() => undefined)
  return response?.ok ? ((await response.json()) as Instances) : undefined
}
