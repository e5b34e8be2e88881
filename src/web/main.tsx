// Where the page starts.
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './style/ground.css'
import './style/pieces.css'
import './style/list.css'
import './style/chat.css'
import './style/message.css'
import { App } from './app.tsx'
import { show } from './preferences.ts'

const place = document.getElementById('page')
if (place === null) throw new Error('index.html has no #page')

show()
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
