import { beforeEach } from 'vitest'
import { cleanup } from 'vitest-browser-react'

// The package does so only for the first of the files that share a page.
beforeEach(cleanup)
