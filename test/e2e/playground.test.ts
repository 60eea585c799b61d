// One file, so that all share a server, whose first start is the slow part.
import './pages/shell.js'
import './pages/wire.js'
import './pages/adventure.js'
import './pages/chat.js'
import './pages/dashboard.js'
import './pages/formats.js'
import './pages/faults.js'
import './pages/accessibility.js'
// Not beside the others: it counts what the server works on.
import './pages/studio.js'
import { startPlayground } from './support.js'

startPlayground()
