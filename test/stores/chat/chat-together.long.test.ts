import { testTogether } from './chat-together/life.js'

testTogether(1_000, 120)
