import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import './mantine.css'
import './theme.css'

const root = document.getElementById('root')
if (root === null) throw new RangeError('Cannot start the console: index.html has no #root')
createRoot(root).render(<App />)
