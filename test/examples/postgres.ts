import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../support/free-port.js'

/** Where Debian puts PostgreSQL: not in the PATH. */
const versions = '/usr/lib/postgresql'
const [version] = existsSync(versions) ? readdirSync(versions) : []

export const hasPostgres: boolean = version !== undefined
if (!hasPostgres) {
  console.warn(
    'SKIPPED: the tests of the example postgres-store need PostgreSQL (Debian: postgresql)',
  )
}

export interface PostgresServer {
  url: string
  close(): Promise<void>
}

/** A PostgreSQL of its own. */
export async function startPostgres(): Promise<PostgresServer> {
  const port = await freePort()
  const directory = await mkdtemp(join(tmpdir(), 'brooklet-postgres-'))
  const user = accountFor(directory)
  const data = join(directory, 'data')
  const run = (program: string): string => join(versions, version!, 'bin', program)
  execFileSync(run('initdb'), ['-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync'], user)

  const options = ['-D', data, '-p', `${port}`, '-h', '127.0.0.1', '-k', directory, '-F']
  const child = spawn(run('postgres'), options, { ...user, stdio: ['ignore', 'ignore', 'pipe'] })
  const exit = new Promise((resolve) => child.once('exit', resolve))
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (text: Buffer) => text.includes('ready to accept') && resolve())
  })
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async close() {
      child.kill('SIGINT')
      await exit
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL refuses to run as root. */
function accountFor(directory: string): { cwd: string; uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return { cwd: directory }
  const [uid = 0, gid = 0] = ['-u', '-g'].map((option) =>
    Number(execFileSync('id', [option, 'postgres'])),
  )
  chownSync(directory, uid, gid)
  return { cwd: directory, uid, gid }
}
