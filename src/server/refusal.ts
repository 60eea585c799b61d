/** An answer that is no stream, with its reason as JSON, where the hooks look for it. */
export function refusal(status: number, message: string, headers?: HeadersInit): Response {
  return Response.json({ error: { message } }, { status, headers })
}
