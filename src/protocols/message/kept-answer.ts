/** An answer that its API keeps, and streams again from its start or after any of its events. */
export interface KeptAnswer {
  /** Whether the event with this id has come before. One without an id is like the one before it. */
  isRepeated(eventId: string): boolean
  /**
   * The URL of the rest of the answer, or `fromStart` of all of it. `undefined` if nothing shows that it is
   * kept, or if its rest has been fetched and was nothing new.
   */
  urlOf(url: string, answerId: string, fromStart?: boolean): string | undefined
}

/** `after` is the query parameter for the id of the last event that has come. */
export function createKeptAnswer(after: string): KeptAnswer {
  const eventIds = new Set<string>()
  let lastId = ''
  let isReplay = false

  return {
    isRepeated(eventId) {
      if (!eventId) return isReplay
      isReplay = eventIds.has(eventId)
      eventIds.add((lastId = eventId))
      return isReplay
    },
    urlOf(url, answerId, fromStart) {
      // A server that has nothing new is not asked again.
      if (!answerId || !lastId || (isReplay && !fromStart)) return undefined
      const [path, query] = url.split('?')
      const answer = `${path}/${encodeURIComponent(answerId)}?${query ? `${query}&` : ''}stream=true`
      return fromStart ? answer : `${answer}&${after}=${encodeURIComponent(lastId)}`
    },
  }
}
