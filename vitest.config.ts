import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  test: {
    globalSetup: './src/testing/global-setup.ts',
    include: ['src/**/*.test.{ts,tsx}', 'sandbox/**/*.test.ts', 'scripts/**/*.test.ts'],
    // Most of the time goes into waiting for processes.
    maxWorkers: 3,
    // A busy machine is slow, not wrong.
    expect: { poll: { timeout: 15_000 } },
    // One slow moment of a shared machine is no defect; a test that fails twice is.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
