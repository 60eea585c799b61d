'use client'

import { useEffect, useLayoutEffect as useLayoutEffectInPage } from 'react'

/** React's, except on a server: it has no layout, and React 18 would warn there. */
export const useLayoutEffect: typeof useLayoutEffectInPage =
  typeof window === 'undefined' ? useEffect : useLayoutEffectInPage
