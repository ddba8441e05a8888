import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { singleFile } from './plugins/single-file.ts';

// The page that `weir report` fills: one file without anything beside it. It goes next to the application.
export default defineConfig({
  plugins: [svelte(), singleFile()],
  publicDir: false,
  build: {
    target: ['chrome123', 'firefox128', 'safari17.5'],
    emptyOutDir: false,
    modulePreload: false,
    cssCodeSplit: false,
    rollupOptions: { input: 'report.html', output: { codeSplitting: false } },
  },
});
