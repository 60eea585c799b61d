/*
 * What `fetch` takes, by the names of the DOM's types. Node and workers have no types of these names,
 * and what is unknown there would be `any` in a server that is compiled without the DOM's.
 */
export type HeadersInit = NonNullable<RequestInit['headers']>
export type BodyInit = NonNullable<RequestInit['body']>
export type RequestCredentials = 'include' | 'omit' | 'same-origin'
