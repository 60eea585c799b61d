/** Whose streams a handler serves. */
export interface OwnerOption {
  /**
   * Who asks, such as the id of the session's user. Each owner sees only their own streams, and two
   * owners can use the same id. Default: all requests are one owner's. A request that nobody may make
   * is to be refused before it reaches the handler.
   */
  owner?(request: Request): string | Promise<string>
}

/**
 * What the ids of an owner's streams of one kind begin with. Encoded, so that no owner's name can
 * reach into another's.
 */
export async function prefixFor(
  kind: string,
  request: Request,
  owner: OwnerOption['owner'],
): Promise<string> {
  return `${kind}:${encodeURIComponent((await owner?.(request)) ?? '')}:`
}
