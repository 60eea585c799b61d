import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Chat } from './chat'
import { Prices } from './prices'
import { Tasks } from './tasks'

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <main
      style={{
        font: '1rem/1.5 system-ui',
        maxWidth: '40rem',
        margin: '2rem auto',
        overflowWrap: 'anywhere',
      }}
    >
      <Prices />
      <Chat />
      <Tasks />
    </main>
  </StrictMode>,
)
