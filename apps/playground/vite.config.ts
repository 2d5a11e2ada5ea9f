import { defineConfig } from 'vite';

export default defineConfig({
  // the built folder works under any path
  base: './',
  build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
  // runtimes are loaded when a model needs them
  worker: { format: 'es' },
  optimizeDeps: { exclude: ['onnxruntime-web'] },
});
