/** Asks for one reply; resolves to its length when it is there. */
export type Ask = () => Promise<number>
