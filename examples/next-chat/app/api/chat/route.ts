import { chatHandler } from 'brooklet/server'

const chat = chatHandler({
  // Your model here. What it yields is the reply; the signal tells that the user has stopped it.
  async *reply({ messages, signal }) {
    const question = messages.findLast(({ role }) => role === 'user')?.content
    const answer = `You said: ${question}. And this is all that I can say about it.`
    for (const word of answer.split(/(?= )/)) {
      if (signal.aborted) return
      await new Promise((resolve) => setTimeout(resolve, 150))
      yield word
    }
  },
})

export { chat as DELETE, chat as GET, chat as POST }
