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

  async function start(): Promise<void> {
    setState(await ask({ method: 'PUT' }))
  }

  async function kill(name: string): Promise<void> {
    await fetch(`${url}/${name}`, { method: 'DELETE' })
    setState(await ask())
  }

  return { state, start, kill }
}

async function ask(init?: RequestInit): Promise<Instances | undefined> {
  const response = await fetch(url, init)
  return response.ok ? ((await response.json()) as Instances) : undefined
}
