import { scriptedServer, type Script, type ScriptedServer } from './scripted-server.js'

interface ServerContext {
  loaded: Record<string, unknown>
}

/** A story's loader: a fresh server each time that the story is shown or tested. */
export function answers(script: Script): () => { server: ScriptedServer } {
  return () => ({ server: scriptedServer(script) })
}

/** The server that the story's loader made. */
export function serverOf({ loaded }: ServerContext): ScriptedServer {
  return loaded.server as ScriptedServer
}
