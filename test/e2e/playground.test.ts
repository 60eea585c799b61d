// One file, so that all share a server and a browser.
import './pages/shell.js'
import './pages/adventure.js'
import './pages/chat.js'
import './pages/dashboard.js'
import './pages/formats.js'
import './pages/faults.js'
import { startPlayground } from './support.js'

startPlayground()
