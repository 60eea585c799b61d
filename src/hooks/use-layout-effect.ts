'use client'

import { useEffect, useLayoutEffect as useLayoutEffectInPage } from 'react'

/** `useLayoutEffect`, but on a server, which has no layout, and where React 18 warns of it. */
export const useLayoutEffect: typeof useLayoutEffectInPage =
  typeof window === 'undefined' ? useEffect : useLayoutEffectInPage
