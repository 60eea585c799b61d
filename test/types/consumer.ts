// A project of its own that has the package installed: what `npm run build` makes, whatever this checkout's
// dist is.
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const tsc = join(root, 'node_modules/typescript/bin/tsc')

export interface Consumer {
  /** Where the project is. */
  project: string
  /** Where the package is in it. */
  installed: string
  /** Runs a module in the project, in plain Node. */
  runInProject(code: string): Promise<string>
  /** Compiles modules in the project, strictly, the declarations of the package too: what is wrong. */
  compile(modules: readonly string[], compilerOptions: object): Promise<string>
  remove(): Promise<void>
}

export async function createConsumer(): Promise<Consumer> {
  const project = await mkdtemp(join(tmpdir(), 'brooklet-'))
  const installed = join(project, 'node_modules/brooklet')
  await mkdir(installed, { recursive: true })
  await cp(join(root, 'package.json'), join(installed, 'package.json'))
  for (const name of ['react', '@types', 'fastify', 'ioredis', 'redis', 'zod']) {
    await symlink(join(root, 'node_modules', name), join(project, 'node_modules', name))
  }
  const config = join(root, 'tsconfig.build.json')
  await run(process.execPath, [tsc, '-p', config, '--outDir', join(installed, 'dist')])

  async function runInProject(code: string): Promise<string> {
    const args = ['--input-type=module', '--eval', code]
    const { stdout } = await run(process.execPath, args, { cwd: project })
    return stdout.trim()
  }

  async function compile(modules: readonly string[], compilerOptions: object): Promise<string> {
    const base = {
      module: 'NodeNext',
      target: 'ES2022',
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
    }
    const files = modules.map((_, index) => `module${index}.ts`)
    const config = { compilerOptions: { ...base, ...compilerOptions }, files }
    await writeFile(join(project, 'package.json'), '{ "type": "module" }')
    await Promise.all(files.map((name, index) => writeFile(join(project, name), modules[index]!)))
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify(config))
    const { stdout } = await run(process.execPath, [tsc], { cwd: project }).catch(
      (error: { stdout: string }) => error,
    )
    return stdout
  }

  const remove = () => rm(project, { recursive: true, force: true })
  return { project, installed, runInProject, compile, remove }
}
