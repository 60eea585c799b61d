/** What components that share their connections hear, and whose options are used for it. */
import type { UseEventSourceResult } from '../../src/hooks/use-event-source.js'
import type { Exchange } from '../../src/testing/exchange.js'
import type { Logs } from './schedules-events.js'
import { isPending, type Place } from './schedules-page.js'
import type { Ground } from './schedules.js'

export type Action = 'open' | 'close'

/** What a component is given. */
export interface Slot extends Place {
  url: string | null
  streamKey: string
  enabled: boolean
  /** It closes at each fourth event. */
  mayEnd: boolean
  /** How far it has read each log already. */
  from: Readonly<Record<string, number>>
  action?: { name: Action } | undefined
}
export type Shown = UseEventSourceResult<readonly number[]>

/** A component as it was last committed, and what it has heard since it listens to this stream. */
export interface Life {
  slot: Slot
  instance: object
  /** Its effects are there: it is neither hidden nor gone. */
  isMounted: boolean
  /** Of its options when time last passed: what it has left since still listens, with its options. */
  version: number
  heard: number[]
  /** Others have listened while it did not, so that it may have missed what they heard. */
  mayMiss: boolean
  /** Others may go on from before what it has heard. */
  mayRepeat: boolean
  /** It has closed its stream itself. */
  isClosed: boolean
  /** Somebody has, or its server. */
  mayBeOver: boolean
  /** It was opened by hand. */
  mayBeOpen: boolean
  /** It was, and nothing has happened since by which it would close. */
  mustBeOpen: boolean
  /** The first moment since which it has listened without a break. */
  listensSince?: number | undefined
  /** The last one at which it did not. */
  awayAt: number
  shown?: Shown
}

/** The connection that it shares. */
export const streamOf = ({ url, streamKey }: Slot): string => `${url}?${streamKey}`

/** As long as a connection outlives its last listener. */
const linger = 250

export type Model = ReturnType<typeof createModel>

export function createModel({ clock, fault, live }: Ground, logs: Logs) {
  const lives = new Map<number, Life>()
  /** Of each connection: the last event that it has read, and the last one heard. */
  const read: Record<string, number> = {}
  const last: Record<string, number> = {}
  /** The event after which it was asked for, if the component that asked has not heard that itself. */
  const unheard: Record<string, number | undefined> = {}
  /** When a component has left one. */
  const goneAt = new Map<string, number>()
  /** Counts the moments at which it is known who listens. */
  let now = 0

  const others = (life: Life): Life[] =>
    [...lives.values()].filter(
      (each) => each !== life && streamOf(each.slot) === streamOf(life.slot),
    )

  /** It has left what it listened to, or may have. */
  function leave(life: Life | undefined): void {
    if (!life) return
    life.listensSince = undefined
    goneAt.set(life.slot.who + streamOf(life.slot), clock.now())
  }

  /** Whether others are there whom it may join, or without an id of its own what they have left. */
  function meet(life: Life): void {
    const stream = streamOf(life.slot)
    const hasId = life.heard.length > 0
    const isLeft = [...goneAt].some(([name, time]) => {
      if (!name.endsWith(stream) || (hasId && name === life.slot.who + stream)) return false
      return clock.now() - time <= (hasId ? 0 : linger)
    })
    life.mayMiss ||= others(life).length > 0 || isLeft
  }

  function meetAll(): void {
    for (const life of lives.values()) if (!life.listensSince) meet(life)
  }

  function end(life: Life): void {
    leave(life)
    life.isClosed = life.mayBeOver = true
    life.mayBeOpen = life.mustBeOpen = false
  }

  /** Whose options are used for a request is in its headers. */
  function checkOptions({ headers }: Exchange['request'], stream: string): void {
    const who = Number(headers.get('who'))
    const life = lives.get(who)
    const isOfLife = life && streamOf(life.slot) === stream
    if (isOfLife && Number(headers.get('version')) < life.version)
      fault('asked with old options', life.slot, [...headers])
    for (const each of lives.values()) {
      if (each === life || streamOf(each.slot) !== stream || !each.listensSince) continue
      const isLater = isOfLife && each.listensSince <= life.awayAt
      const isGone = !isOfLife && goneAt.get(who + stream)! < clock.now()
      if (isLater || isGone) fault('asked by another than the first', each.slot, [...headers])
    }
  }

  function checkOpen(slot: Slot, life: Life, open: readonly string[]): void {
    const { status, data } = life.shown!
    const isOpen = open.includes(streamOf(slot))
    const isWanted = slot.enabled && slot.url !== null && !slot.isHidden
    const told = { slot, status, isOpen, isWanted, heard: life.heard, data }
    if ((life.mustBeOpen || (isWanted && !life.mayBeOver)) && status !== 'open')
      fault('not open', told)
    if (slot.isHidden) return void (life.awayAt = now)
    if (!isWanted && !life.mayBeOpen && status !== 'idle' && !life.mayBeOver)
      fault('not idle', told)
    if (String(data) !== String(life.heard)) fault('shows old data', told)
    if (status !== 'open') return void (life.awayAt = now)
    if (!isOpen) fault('shows what is not so', told)
    if (life.isClosed) fault('open, though it has closed', told)
    const known = life.heard.at(-1) ?? slot.from[slot.url!]
    const newest = logs[slot.url!]
    const isUnheard = life.mayMiss && unheard[streamOf(slot)] === newest
    if (known !== newest && !isUnheard) fault('behind', told)
  }

  return {
    lives,
    leave,
    meet,
    end,
    asked({ request }: Exchange) {
      const stream = request.headers.get('stream')!
      checkOptions(request, stream)
      const id = Number(request.lastEventId)
      read[stream] = id
      const hasHeard = lives.get(Number(request.headers.get('who')))?.heard.at(-1) === id
      unheard[stream] = hasHeard ? undefined : id
      for (const life of lives.values()) {
        if (streamOf(life.slot) === stream && life.heard.at(-1)! > id) life.mayRepeat = true
      }
      return (id: number): void => void (read[stream] = id)
    },
    begin(slot: Slot, instance: object) {
      const known = lives.get(slot.who)
      leave(known)
      lives.set(slot.who, {
        slot,
        instance,
        isMounted: known?.instance === instance && known.isMounted,
        version: 0,
        heard: [],
        mayMiss: false,
        mayRepeat: false,
        isClosed: false,
        mayBeOver: false,
        mayBeOpen: false,
        mustBeOpen: false,
        awayAt: now,
      })
      meetAll()
    },
    called(life: Life, action: Action) {
      meet(life)
      if (action === 'close') {
        end(life)
        // What came before it was hidden is told when it is shown.
        life.isClosed = life.isMounted
        return
      }
      life.isClosed = life.mayBeOver = false
      life.mayBeOpen = life.slot.url !== null
      life.mustBeOpen = life.mayBeOpen && life.isMounted
    },
    heard(life: Life, slot: Slot, id: number) {
      const stream = streamOf(slot)
      if (life.slot.version !== slot.version) fault('heard by an old handler', slot, life.slot, id)
      if (life.isClosed) fault('heard after it closed', slot, id)
      const next = (life.heard.at(-1) ?? slot.from[slot.url!]!) + 1
      const isNew = life.heard.length === 0 || life.mayRepeat || id > next
      const isJoining = life.mayMiss && isNew && [last[stream], read[stream]].includes(id)
      if (id !== next && !isJoining) fault('lost or doubled', slot, life.heard, id)
      life.mayMiss = life.mayRepeat = false
      life.heard.push(id)
      last[stream] = id
    },
    passed(passed: 'a turn' | number | undefined) {
      meetAll()
      if (typeof passed !== 'number') return
      for (const life of lives.values()) life.version = life.slot.version
      now += 1
      for (const life of lives.values()) {
        if (life.isMounted && !life.mayBeOver && life.shown?.status === 'open') {
          life.listensSince ??= now
        }
      }
      const streams = live().map(({ request }) => request.headers.get('stream'))
      if (new Set(streams).size < streams.length) fault('two connections', streams)
    },
    checkAtRest(slots: readonly Slot[]) {
      const open = live().map(({ request }) => request.headers.get('stream')!)
      const mayStay = new Set<string>()
      for (const slot of slots) {
        const life = lives.get(slot.who)
        const isUnknown = slot.isBroken || isPending(slot, slots)
        const isWanted = slot.enabled && slot.url !== null && !slot.isHidden
        // What is suspended has not been committed: the stream before goes on.
        if (isUnknown) mayStay.add(streamOf(life?.slot ?? slot))
        else if (isWanted || life?.mayBeOpen) mayStay.add(streamOf(slot))
        if (isUnknown) continue
        if (life?.shown) checkOpen(slot, life, open)
        else if (!slot.isHidden) fault('not shown', slot)
      }
      if (isPending(undefined, slots)) return
      for (const stream of open) if (!mayStay.has(stream)) fault('open after all have left', stream)
    },
  }
}
