/** An error whose message is for the page: there is no secret in it. */
export class PageError extends Error {}
