// Finds a Chromium that really starts, for the browser tests. In this order: $CHROMIUM_PATH, an
// installed Chromium or Chrome, the one Playwright downloaded, the one inside the npm package
// @sparticuz/chromium (Linux x64), and where there is none, one that it installs.
import { execFileSync, spawnSync } from 'node:child_process'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync, createBrotliDecompress } from 'node:zlib'
import { chromium as playwrightChromium } from 'playwright'

/** The browser's path, and the environment that it needs where that is not this process's own. */
interface FoundChromium {
  executablePath: string
  env?: NodeJS.ProcessEnv
}

const { env } = process
const require = createRequire(import.meta.url)
const isRoot = process.getuid?.() === 0

/** Whether the file starts: a missing library or a stub that only says "install the snap" does not. */
function starts(executablePath: string, environment = env): boolean {
  if (!existsSync(executablePath)) return false
  // Chrome for Windows opens a window when asked for its version.
  if (process.platform === 'win32') return true
  const options = { env: environment, timeout: 20_000 }
  return spawnSync(executablePath, ['--version'], { ...options, stdio: 'ignore' }).status === 0
}

function* installedPaths(): Generator<string> {
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']
  for (const directory of (env.PATH ?? '').split(delimiter)) {
    if (directory) for (const name of names) yield join(directory, name)
  }
  if (process.platform === 'darwin') {
    yield '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
    yield '/Applications/Chromium.app/Contents/MacOS/Chromium'
  }
  if (process.platform === 'win32') {
    for (const root of [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA]) {
      if (root) yield join(root, 'Google/Chrome/Application/chrome.exe')
    }
  }
}

function findInstalled(): FoundChromium | undefined {
  for (const path of installedPaths()) if (starts(path)) return { executablePath: path }
}

function findPlaywrights(): FoundChromium | undefined {
  const executablePath = playwrightChromium.executablePath()
  if (starts(executablePath)) return { executablePath }
}

/**
 * Unpacks @sparticuz/chromium once, beside node_modules. Its own `executablePath()` unpacks into the
 * system's temporary folder, where a second process can start a half-written file, and leaves out
 * the libraries (NSS) that a small machine may lack.
 */
async function unpackFromNpm(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const packed = join(require.resolve('@sparticuz/chromium'), '../../../bin')
  const { version } = require(join(packed, '../package.json')) as { version: string }
  const cache = fileURLToPath(new URL('../node_modules/.cache/', import.meta.url))
  const target = join(cache, `chromium-${version}`)
  if (existsSync(target)) return target

  await mkdir(cache, { recursive: true })
  const unfinished = await mkdtemp(`${target}-`)
  try {
    await pipeline(
      createReadStream(join(packed, 'chromium.br')),
      createBrotliDecompress(),
      createWriteStream(join(unfinished, 'chromium'), { mode: 0o755 }),
    )
    for (const name of ['al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br']) {
      const input = brotliDecompressSync(await readFile(join(packed, name)))
      execFileSync('tar', ['-x', '--no-same-owner', '-C', unfinished], { input })
    }
    // Without a font every text has the height 0, and counts as invisible.
    const system = '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
    const fonts = `<fontconfig>${system}<dir>${join(target, 'fonts')}</dir></fontconfig>\n`
    await writeFile(join(unfinished, 'fonts.conf'), fonts)
    await rename(unfinished, target)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    if (!existsSync(target)) throw error // else another process was quicker
  }
  return target
}

async function findInNpmPackage(): Promise<FoundChromium | undefined> {
  const directory = await unpackFromNpm().catch(() => undefined)
  if (!directory) return undefined
  const executablePath = join(directory, 'chromium')
  const withFonts = { FONTCONFIG_FILE: join(directory, 'fonts.conf'), ...env }
  const libraries = [join(directory, 'lib'), env.LD_LIBRARY_PATH].filter(Boolean).join(':')
  for (const candidate of [withFonts, { ...withFonts, LD_LIBRARY_PATH: libraries }]) {
    if (starts(executablePath, candidate)) return { executablePath, env: candidate }
  }
}

function run(command: string, args: string[]): boolean {
  const options = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, timeout: 600_000 }
  return spawnSync(command, args, { ...options, stdio: 'ignore' }).status === 0
}

function install(): FoundChromium | undefined {
  console.error('No Chromium found for the browser tests: installing one.')
  const cli = join(require.resolve('playwright'), '../cli.js')
  run(process.execPath, [cli, 'install', ...(isRoot ? ['--with-deps'] : []), 'chromium'])
  const found = findPlaywrights()
  if (found || !isRoot || !existsSync('/usr/bin/apt-get')) return found
  run('apt-get', ['update', '-qq'])
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'])
  return findInstalled()
}

async function findChromium(): Promise<FoundChromium> {
  if (env.CHROMIUM_PATH) {
    if (starts(env.CHROMIUM_PATH)) return { executablePath: env.CHROMIUM_PATH }
    throw new Error(
      `CHROMIUM_PATH is "${env.CHROMIUM_PATH}", which does not start: set it to the path of a Chromium or Chrome that does, or unset it.`,
    )
  }
  const found = findInstalled() ?? findPlaywrights() ?? (await findInNpmPackage()) ?? install()
  if (found) return found
  throw new Error(
    'The browser tests need Chromium, and none could be found or installed: install Chromium or Chrome with your system’s package manager, or set CHROMIUM_PATH to one.',
  )
}

/** Launch options for Playwright's `chromium`. */
export async function launchOptions(): Promise<FoundChromium & { args: string[] }> {
  return {
    ...(await findChromium()),
    args: [
      ...(isRoot ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // The newest Chromium loads a page for its address bar with each page: half a second of CPU time.
      // And it keeps a process ready for the next page, of one context: where several take turns, each
      // navigation ends one and starts another. This takes the place of Playwright's own list; what that
      // turns off does the tests no harm.
      '--disable-features=WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,WebUIOmniboxPopup,SpareRendererForSitePerProcess',
    ],
  }
}
