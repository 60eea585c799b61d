/** An answer that is no stream, with its reason as JSON, where the hooks look for it. */
export function refusal(
  status: number,
  message: string,
  headers?: Record<string, string>,
): Response {
  const init = { status, headers: { ...uncached, ...headers } }
  return Response.json({ error: { message } }, init)
}

/** A 204 or 404 may be kept by default, and what is unknown now may be there soon. */
export const uncached = { 'cache-control': 'no-store' } as const
