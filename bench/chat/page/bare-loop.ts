import type { Ask } from './ask.js'
import { history } from './history.js'
import { readTutorialStream } from './read-stream.js'

/** A frame loop without React: the text grows in a variable, and a frame writes its length. */
export function bareLoop(root: HTMLElement): Ask {
  root.innerHTML = `<main>${history
    .map(({ role, content }) => `<article><b>${role}</b> <span>${content}</span></article>`)
    .join('')}<output>0</output></main>`
  const output = root.querySelector('output')!
  return async () => {
    let text = ''
    let frame = 0
    await readTutorialStream((token) => {
      text += token
      frame ||= requestAnimationFrame(() => {
        frame = 0
        output.textContent = String(text.length)
      })
    })
    output.textContent = String(text.length)
    return text.length
  }
}
