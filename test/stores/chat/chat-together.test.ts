import { testTogether } from './chat-together/life.js'

testTogether(40, 60)
