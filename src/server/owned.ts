/** Whose streams a handler serves. */
export interface OwnerOption {
  /**
   * Who asks, such as the id of the session's user: each owner's streams are apart from all others',
   * with ids of their own. Default: all requests are one owner's. Who must not ask at all is turned
   * away before, around the handler.
   */
  owner?(request: Request): string | Promise<string>
}

/** What the ids of an owner's streams of one kind begin with; no owner's name can reach into another's. */
export async function prefixFor(
  kind: string,
  request: Request,
  owner: OwnerOption['owner'],
): Promise<string> {
  return `${kind}:${encodeURIComponent((await owner?.(request)) ?? '')}:`
}
