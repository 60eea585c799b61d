import { testTogether } from './chat-together.js'

testTogether(3_000, 120)
