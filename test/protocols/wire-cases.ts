/**
 * Streams as they are on the wire. Those in `test/fixtures/wire` were composed for this project; others
 * were recorded by other people, and are only read from a folder beside the repository, where there is one.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface WireCase {
  format: string
  case: string
  file: string
  provenance: string
  ended: 'marker' | 'eof' | 'cut'
  folder: string
}

const ours = fileURLToPath(new URL('../fixtures/wire/', import.meta.url))
const others = fileURLToPath(new URL('../../../shared/wire/', import.meta.url))

export const hasOthers = existsSync(others)

export function isOurs({ folder }: WireCase): boolean {
  return folder === ours
}

/** Of the formats that are meant. */
export function wireCases(isMeant: (format: string) => boolean): WireCase[] {
  const recorded = hasOthers
    ? casesIn(others).filter(({ provenance }) => !provenance.startsWith('composed'))
    : []
  return [...casesIn(ours), ...recorded].filter(({ format }) => isMeant(format))
}

function casesIn(folder: string): WireCase[] {
  const all = JSON.parse(readFileSync(`${folder}manifest.json`, 'utf8')) as WireCase[]
  return all.map((each) => ({ ...each, folder }))
}

export function bytesOf({ folder, file }: WireCase): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(folder + file))
}

/** What is to come of it. */
export function expectedOf({ folder, format, case: name }: WireCase): unknown {
  return JSON.parse(readFileSync(`${folder}${format}/${name}.expected.json`, 'utf8'))
}
