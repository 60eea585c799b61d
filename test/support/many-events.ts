/** So many events with ids, the last one named `done`, in pieces of a thousand. */
export function* manyEvents(count: number): Generator<string> {
  let piece = ''
  for (let n = 1; n <= count; n += 1) {
    if (n === count) piece += 'event: done\n'
    piece += `id: ${n}\ndata: {"n":${n}}\n\n`
    if (n % 1_000 !== 0 && n !== count) continue
    yield piece
    piece = ''
  }
}
