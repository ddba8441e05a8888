import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { precompress } from './plugins/precompress.ts';
import { themeScript } from './plugins/theme-script.ts';

const kServer = process.env['WEIR_URL'] ?? 'http://127.0.0.1:7717';

// The server sends `default-src 'self'`: nothing may be inlined, neither scripts nor images as data addresses.
export default defineConfig({
  plugins: [svelte(), themeScript(), precompress()],
  build: {
    target: ['chrome123', 'firefox128', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  // The server takes only its own address as Host and Origin.
  server: {
    fs: { allow: ['..'] },
    proxy: { '/api': { target: kServer, changeOrigin: true, headers: { origin: kServer } } },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
