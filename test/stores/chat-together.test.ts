import { testTogether } from './chat-together.js'

testTogether(80, 60)
