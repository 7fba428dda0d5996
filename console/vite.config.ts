import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `vite dev console` finds the API and the streams. */
const server = process.env['SLUICE_URL'] ?? 'http://localhost:8080'

/** Everything is served from the origin of the page: no inlined assets, so that a strict content policy holds. */
export default defineConfig({
  base: '/',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 850,
  },
  server: {
    proxy: {
      '/api': server,
      '^/(?!src/|@|node_modules/).*\\.(flv|m3u8|mpd|m4s)(\\?|$)': { target: server, ws: true },
      '/_time': server,
    },
  },
})
