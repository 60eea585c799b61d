/** Tells screen readers once; never in pieces, which they would read over each other. */
export function Announcer({ children }: { children: string }) {
  return (
    <p className="visually-hidden" role="status">
      {children}
    </p>
  )
}
