import { StrictMode, useState, type ReactNode } from 'react'
import { onTestFinished } from 'vitest'
import { render } from 'vitest-browser-react'
import { useStickToBottom } from '../../src/hooks/use-stick-to-bottom.js'

export const lineHeight = 20
export const height = 200

interface BoxProps {
  isMounted?: boolean
  boxKey?: string
  style?: React.CSSProperties
  children?: ReactNode
}

export function Box({ isMounted = true, boxKey, style, children }: BoxProps) {
  const { scrollerRef, contentRef, isAtBottom, scrollToBottom } = useStickToBottom()
  const [lines, setLines] = useState(30)
  const [older, setOlder] = useState(0)
  return (
    <>
      {isMounted ? (
        <div
          key={boxKey}
          ref={scrollerRef}
          data-testid="box"
          style={{ height, overflow: 'auto', lineHeight: `${lineHeight}px`, ...style }}
        >
          <ol ref={contentRef} style={{ margin: 0 }}>
            {Array.from({ length: older + lines }, (_, index) => (
              <li key={index - older}>Line {index - older}</li>
            ))}
          </ol>
          {children}
        </div>
      ) : null}
      <output>{isAtBottom ? 'at the bottom' : 'scrolled up'}</output>
      <button onClick={scrollToBottom}>To the end</button>
      <button onClick={() => setLines((count) => count + 5)}>Grow</button>
      <button onClick={() => setLines(2)}>Shrink</button>
      <button onClick={() => setOlder((count) => count + 5)}>Load older</button>
    </>
  )
}

export async function show(props: BoxProps = {}) {
  const element = (props: BoxProps) => (
    <StrictMode>
      <Box {...props} />
    </StrictMode>
  )
  const screen = await render(element(props))
  const box = () => screen.getByTestId('box').element() as HTMLElement
  return {
    screen,
    box,
    distance: () => Math.abs(box().scrollHeight - box().clientHeight - box().scrollTop),
    state: () => screen.container.querySelector('output')!.textContent,
    update: (props: BoxProps) => screen.rerender(element(props)),
    click(name: string): void {
      const button = screen.getByRole('button', { name }).element() as HTMLButtonElement
      button.click()
    },
  }
}

/** Until the test is over. */
export function growInEachFrame(grow: () => void): void {
  let frame = requestAnimationFrame(function next() {
    grow()
    frame = requestAnimationFrame(next)
  })
  onTestFinished(() => cancelAnimationFrame(frame))
}

/** Long enough for what has changed to be laid out, observed, scrolled and heard of. */
export async function frames(count = 3): Promise<void> {
  for (let frame = 0; frame < count; frame += 1) await new Promise(requestAnimationFrame)
}
