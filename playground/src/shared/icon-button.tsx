import type { ComponentProps } from 'react'

type IconButtonProps = ComponentProps<'button'> & { label: string }

/** A button that shows only a sign. Its label is for screen readers, and for whoever points at it. */
export function IconButton({ label, className = '', children, ...props }: IconButtonProps) {
  return (
    <button
      type="button"
      className={`button icon-button ${className}`}
      aria-label={label}
      title={label}
      {...props}
    >
      {children}
    </button>
  )
}
