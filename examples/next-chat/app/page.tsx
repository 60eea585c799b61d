import { Chat } from './chat'

export default function Page() {
  return (
    <main>
      <h1>A chat</h1>
      <p>Send a message, and load the page again while the reply comes: it goes on.</p>
      <Chat />
    </main>
  )
}
