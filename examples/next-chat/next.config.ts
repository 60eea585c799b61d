import type { NextConfig } from 'next'

// Else Next.js looks for lockfiles in the folders above.
const config: NextConfig = { turbopack: { root: import.meta.dirname } }

export default config
