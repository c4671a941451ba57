import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';
import type { PluginOption } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** `XUNJIE_API=http://127.0.0.1:8080 npm run dev` works on a real server; without it, on the mock. */
async function backend(): Promise<PluginOption> {
  if (process.env.XUNJIE_API || process.env.VITEST) return null;
  const { mockServer } = await import('./test/mock/server');
  return mockServer();
}

export default defineConfig(async ({ command }) => ({
  plugins: [vue(), command === 'serve' ? await backend() : null],
  resolve: {
    alias: [
      { find: '@', replacement: here('./src') },
      // The build that makes no worker from a blob: a strict policy forbids those.
      { find: /^maplibre-gl$/, replacement: 'maplibre-gl/dist/maplibre-gl-csp.js' },
    ],
  },
  server: process.env.XUNJIE_API
    ? { proxy: { '/api': { target: process.env.XUNJIE_API, changeOrigin: true } } }
    : {},
  worker: { format: 'iife' as const },
  build: {
    target: 'chrome86',
    outDir: 'dist',
    // Policy `img-src 'self' data:` would allow small data URLs, files cache better.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rollupOptions: { input: { index: here('./index.html'), m: here('./m.html') } },
  },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    environment: 'node',
  },
}));
