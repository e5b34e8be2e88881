// Builds the page into dist/web, which the Worker serves. No inline scripts: its CSP allows none.
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    // Nothing as a data: address either; every file is one that the Worker serves.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        page: `${import.meta.dirname}/index.html`,
        'push-worker': `${import.meta.dirname}/background/worker.ts`,
      },
      output: {
        // A service worker is known by its address, which stays.
        entryFileNames: ({ name }) =>
          name === 'push-worker' ? '[name].js' : 'assets/[name]-[hash].js',
      },
    },
  },
})
