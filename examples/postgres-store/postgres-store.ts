import { EventEmitter } from 'node:events'
import type { LoggedEvent, LogSlice, StreamInfo, StreamStore } from 'brooklet/server'
import type { Pool, PoolClient } from 'pg'

/** Run this once, as a migration. */
export const schema = `
  CREATE TABLE IF NOT EXISTS brooklet_streams (
    id text PRIMARY KEY,
    run text NOT NULL,
    status text NOT NULL DEFAULT 'running',
    meta text,
    started_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    last integer NOT NULL DEFAULT 0,
    lease interval NOT NULL,
    lease_end timestamptz NOT NULL,
    missed_at timestamptz
  );
  CREATE TABLE IF NOT EXISTS brooklet_events (
    id text NOT NULL REFERENCES brooklet_streams ON DELETE CASCADE,
    position integer NOT NULL,
    event text NOT NULL,
    PRIMARY KEY (id, position)
  )`

/** After an outage, a producer has half a lease, from when it is first missed, to renew its own. */
const isLeased = '(lease_end > now() OR missed_at IS NULL OR missed_at + lease / 2 > now())'

const info = `id, run, status, meta, last, started_at AS "startedAt",
  status = 'running' AND ${isLeased} AS "isLeased"`

interface Row extends Omit<StreamInfo, 'meta' | 'startedAt' | 'first'> {
  meta: string | null
  startedAt: Date
  isMissing: boolean
  events: string[]
}

export interface PostgresStore extends StreamStore {
  /** Stops listening for changes. The pool stays open. */
  close(): Promise<void>
}

/**
 * Keeps streams in PostgreSQL 11 or newer, for any number of processes, and each for `maxAge` ms after its
 * end. One connection of the pool listens for changes. Give the pool a listener of `error`: without one, an
 * outage of the database ends the process.
 */
export function postgresStore(pool: Pool, { maxAge = 600_000 } = {}): PostgresStore {
  const { watch, close } = createChanges(pool)

  /** Whether the statement has returned a row. */
  async function isDone(sql: string, values: unknown[]): Promise<boolean> {
    return (await pool.query(sql, values)).rowCount === 1
  }

  async function read(id: string, after: number, count: number): Promise<LogSlice | undefined> {
    // One statement, so that the stream and its events are of the same moment.
    const { rows } = await pool.query<Row>(
      `SELECT ${info},
         status = 'running' AND lease_end < now() AND missed_at IS NULL AS "isMissing",
         ARRAY(
           SELECT event FROM brooklet_events WHERE id = $1 AND position > $2
           ORDER BY position LIMIT $3
         ) AS events
       FROM brooklet_streams WHERE id = $1`,
      [id, after, count],
    )
    const [row] = rows
    if (row?.isMissing) await miss(id)
    if (!row) return undefined
    const events = row.events.map((event) => JSON.parse(event) as LoggedEvent)
    return { info: toInfo(row), from: after + 1, events }
  }

  async function miss(id: string): Promise<void> {
    await pool.query(
      `UPDATE brooklet_streams SET missed_at = now()
       WHERE id = $1 AND lease_end < now() AND missed_at IS NULL`,
      [id],
    )
  }

  return {
    async create({ id, run, meta }, lease) {
      await read(id, 0, 0) // whoever looks first sees that a producer is missing
      await pool.query(
        `DELETE FROM brooklet_streams
         WHERE coalesce(ended_at, lease_end + 2 * lease) < now() - $3 * interval '1 ms'
           OR id = $1 AND run <> $2
             AND (status IN ('error', 'canceled') OR status = 'running' AND NOT ${isLeased})`,
        [id, run, finite(maxAge)],
      )
      await pool.query(
        `INSERT INTO brooklet_streams (id, run, meta, lease, lease_end)
         VALUES ($1, $2, $3, $4 * interval '1 ms', now() + $4 * interval '1 ms')
         ON CONFLICT DO NOTHING`,
        [id, run, meta === undefined ? null : JSON.stringify(meta), finite(lease)],
      )
      return isDone('SELECT FROM brooklet_streams WHERE id = $1 AND run = $2', [id, run])
    },

    append: (id, run, after, events) =>
      isDone(
        `WITH stream AS (
           UPDATE brooklet_streams SET last = greatest(last, $3 + cardinality($4::text[]))
           WHERE id = $1 AND run = $2 AND status = 'running' AND last >= $3
           RETURNING id
         ), added AS (
           INSERT INTO brooklet_events
           SELECT id, $3 + n, event FROM stream, unnest($4::text[]) WITH ORDINALITY AS given (event, n)
           ON CONFLICT DO NOTHING
         )
         SELECT pg_notify('brooklet', json_build_array('append', id)::text) FROM stream`,
        [id, run, after, events.map((event) => JSON.stringify(event))],
      ),

    end: (id, run, status, last) =>
      isDone(
        `WITH stream AS (
           UPDATE brooklet_streams
           SET status = $3, ended_at = now(), last = last + cardinality($4::text[])
           WHERE id = $1 AND run = $2 AND status = 'running'
           RETURNING id, last
         ), added AS (
           INSERT INTO brooklet_events SELECT id, last, event FROM stream, unnest($4::text[]) AS event
         )
         SELECT pg_notify('brooklet', json_build_array('end', id)::text) FROM stream`,
        [id, run, status, last ? [JSON.stringify(last)] : []],
      ),

    renew: (id, run, lease) =>
      isDone(
        `UPDATE brooklet_streams
         SET lease = $3 * interval '1 ms', lease_end = now() + $3 * interval '1 ms', missed_at = NULL
         WHERE id = $1 AND run = $2 AND status = 'running'
         RETURNING id`,
        [id, run, finite(lease)],
      ),

    info: async (id) => (await read(id, 0, 0))?.info,

    read: (id, after) => read(id, after, 500),

    watch,

    async list(prefix) {
      const { rows } = await pool.query<Row>(
        `SELECT ${info} FROM brooklet_streams WHERE starts_with(id, $1) ORDER BY started_at`,
        [prefix],
      )
      return rows.map(toInfo)
    },

    close,
  }
}

/** PostgreSQL has no interval without an end: 30 years. */
function finite(milliseconds: number): number {
  return Math.min(milliseconds, 1e12)
}

function toInfo({ id, run, status, meta, last, startedAt, isLeased }: Row): StreamInfo {
  return {
    id,
    run,
    status,
    startedAt: startedAt.getTime(),
    first: 1,
    last,
    isLeased,
    ...(meta !== null && { meta: JSON.parse(meta) as unknown }),
  }
}

/** Tells of changes over a connection of its own, which is opened again when it is lost. */
function createChanges(pool: Pool): Pick<PostgresStore, 'watch' | 'close'> {
  const watchers = new EventEmitter().setMaxListeners(0)
  let connection: Promise<PoolClient> | undefined

  function connect(): Promise<PoolClient> {
    connection ??= listen()
    connection.catch(() => (connection = undefined))
    return connection
  }

  async function listen(): Promise<PoolClient> {
    const client = await pool.connect()
    client.on('notification', ({ payload = '' }) => {
      const [change, id] = JSON.parse(payload) as ['append' | 'end', string]
      watchers.emit(`stream ${id}`, change)
    })
    client.on('error', () => {}) // Without a listener, an error would end the process.
    await client.query('LISTEN brooklet').catch((error: Error) => {
      client.release(error) // A standby refuses to listen, for one.
      throw error
    })
    client.once('error', (error) => {
      client.release(error)
      connection = undefined
      connectAgain()
    })
    return client
  }

  function connectAgain(): void {
    if (watchers.eventNames().length === 0) return
    // They may have missed something meanwhile, so they all look.
    const tellAll = (): void => watchers.eventNames().forEach((name) => watchers.emit(name, 'end'))
    connect().then(tellAll, () => setTimeout(connectAgain, 1_000))
  }

  return {
    async watch(id, watcher) {
      await connect()
      watchers.on(`stream ${id}`, watcher)
      return () => watchers.off(`stream ${id}`, watcher)
    },

    async close() {
      watchers.removeAllListeners()
      ;(await connection)?.release(true)
    },
  }
}
