/*
 * Types of `fetch` options, under their names in the DOM. A server project is compiled without the DOM's
 * types: there the names would be unknown, and options declared with them would silently become `any`.
 */
export type HeadersInit = NonNullable<RequestInit['headers']>
export type BodyInit = NonNullable<RequestInit['body']>
export type RequestCredentials = 'include' | 'omit' | 'same-origin'
