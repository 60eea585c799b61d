import { readStored, writeStored } from './storage.js'

/** The name under which this browser's tunes are kept at the server; nobody else knows it. */
export const visitor = readStored('visitor') ?? crypto.randomUUID()

writeStored('visitor', visitor)
