import type { ReactNode } from 'react'
import type { PageName } from '../routes.js'

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      className="icon"
      width="20"
      height="20"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  )
}

const pagePaths: Record<PageName, string> = {
  adventure: 'M3 4.5h14v9.5h-8l-3.5 3v-3H3zM6.5 8h7M6.5 10.5h4',
  studio:
    'M7.5 15V4.5l8-1.5v10.5M7.5 15a2 2 0 1 1-4 0 2 2 0 0 1 4 0M15.5 13.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0',
  dashboard: 'M3 17h14M3 12l4-4 3 3 3.5-6L17 9',
  formats:
    'M7 3.5C4.5 3.5 6 9 3.5 10 6 11 4.5 16.5 7 16.5M13 3.5c2.5 0 1 5.5 3.5 6.5-2.5 1-1 6.5-3.5 6.5',
  faults: 'M2.5 10h5M12.5 10h5M7.5 14l2-8M10.5 14l2-8',
  instances: 'M3 4h14v4.5H3zM3 11.5h14V16H3zM6 6.250h.01M6 13.750h.01',
}

export function PageIcon({ page }: { page: PageName }) {
  return (
    <Icon>
      <path d={pagePaths[page]} />
    </Icon>
  )
}

export const Cross = () => (
  <Icon>
    <path d="M5 5l10 10M15 5L5 15" />
  </Icon>
)

export const Scissors = () => (
  <Icon>
    <path d="M7 6.5L16 14M7 13.500L16 6M7 5.500a2 2 0 1 1-4 0 2 2 0 0 1 4 0M7 14.500a2 2 0 1 1-4 0 2 2 0 0 1 4 0" />
  </Icon>
)

export const Down = () => (
  <Icon>
    <path d="M10 4v12M5 11l5 5 5-5" />
  </Icon>
)

export const Clip = () => (
  <Icon>
    <path d="M15 9.500l-5.500 5.500a3.500 3.500 0 0 1-5-5l6-6a2.300 2.300 0 0 1 3.300 3.300l-6 6a1.200 1.200 0 0 1-1.700-1.700l5.400-5.400" />
  </Icon>
)

export const Send = () => (
  <Icon>
    <path d="M10 16V4M5 9l5-5 5 5" />
  </Icon>
)

export const Stop = () => (
  <Icon>
    <rect x="5.5" y="5.5" width="9" height="9" rx="1" fill="currentColor" />
  </Icon>
)

export const Sun = () => (
  <Icon>
    <circle cx="10" cy="10" r="3.5" />
    <path d="M10 2v2M10 16v2M2 10h2M16 10h2M4.3 4.300l1.4 1.400M14.3 14.300l1.4 1.400M4.3 15.700l1.4-1.400M14.3 5.700l1.4-1.4" />
  </Icon>
)

export const Moon = () => (
  <Icon>
    <path d="M16.5 11.500A7 7 0 0 1 8.5 3.500a7 7 0 1 0 8 8z" />
  </Icon>
)
