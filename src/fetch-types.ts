/*
 * Types of `fetch` options, under their names in the DOM. A server project is compiled without the DOM's
 * types: there the names would be unknown, and options declared with them would silently become `any`.
 */

/** Headers, as `fetch` takes them. */
export type HeadersInit = NonNullable<RequestInit['headers']>
/** A body, as `fetch` takes it. */
export type BodyInit = NonNullable<RequestInit['body']>
/** To which origins a request sends cookies, as in `fetch`. */
export type RequestCredentials = 'include' | 'omit' | 'same-origin'
