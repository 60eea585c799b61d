// What takes the most of a machine, apart from the rest: `npm test` is to be quick.
import './pages/games.js'
import './pages/shell-settings.js'
import './pages/faults-slow.js'
import './pages/adventure-keyboard.js'
import './pages/adventure-place.js'
import './pages/chat-backends.js'
import './pages/chat-files.js'
import './pages/chat-parts.js'
import './pages/code.js'
import './pages/wire.js'
import './pages/wire-messages.js'
import './pages/accessibility.js'
import { startPlayground } from './support.js'

// Its tests run side by side: none may hurry the others, and a tune has to fail by itself.
startPlayground({ pacing: { slice: 150 } })
