import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** End-to-end tests: each file has a whole stack of its own, and waits for it more than it works. */
export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  test: {
    include: ['tests/**/*.test.ts'],
    maxWorkers: 2,
    // One slow moment of a shared machine is no defect; a test that fails twice is.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    // What a browser or a sandbox shows comes in its own time.
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
});
