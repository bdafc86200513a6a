import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * Three pages, no inline script, style or data URI, so that `default-src 'self'` holds without an exception.
 * The Control API serves `dist` and answers /customer.html with the merchant's page.
 */
export default defineConfig({
  root: here('.'),
  base: '/',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: here('./dist'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // The polyfill is an inline script, and every browser the product supports preloads modules by itself.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // One shared chunk of React, router and components, kept by the browser across pages and releases of a page.
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      input: { index: here('./index.html'), merchant: here('./merchant.html'), agent: here('./agent.html') },
    },
  },
  server: { proxy: { '/api': process.env['FLOWCLAW_URL'] ?? 'http://localhost:8080' } },
})
