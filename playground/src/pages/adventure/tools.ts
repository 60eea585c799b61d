/** What the game master may ask the page to do. */
import { tool } from 'brooklet'
import { z } from 'zod'

export const tools = {
  local_time: tool({
    description: 'The time of day where the player is',
    input: z.object({}),
    execute() {
      const now = new Date()
      return { hour: now.getHours(), minute: now.getMinutes() }
    },
  }),
  roll_die: tool({
    description: 'Rolls a die in front of the player, where luck decides',
    input: z.object({ sides: z.number().int().min(2).max(1000) }),
    execute({ sides }) {
      const [random] = crypto.getRandomValues(new Uint32Array(1))
      return { rolled: 1 + (random! % sides) }
    },
  }),
  restart_story: tool({
    description: 'Begins the story anew, which the player has to agree to',
    input: z.object({ turnsLost: z.number(), pointsLost: z.number() }),
    needsApproval: true,
    execute: () => ({ restarted: true }),
  }),
}
