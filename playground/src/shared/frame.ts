/** Does it at the next frame, once, however often that is asked for before. */
export function onceAFrame(work: () => void): () => void {
  let frame: number | undefined
  return () => {
    frame ??= requestAnimationFrame(() => {
      frame = undefined
      work()
    })
  }
}
