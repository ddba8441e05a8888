import { defineConfig } from 'vitest/config';

// Browser tests against the real program where it is built, else against the mock server.
export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    environment: 'node',
    // Each file has a server and a browser of its own, and waits for them half of the time.
    maxWorkers: 2,
    // Longer than many waits of one test together (visitor.ts), on a machine with much else to do.
    testTimeout: 300_000,
    hookTimeout: 600_000,
    // As a page waits (visitor.ts): one second, the default, is less than a busy machine takes to load another language.
    expect: { poll: { timeout: 60_000 } },
    // A machine with much else to do may fail any wait; scripts/test names what passed only at its second try.
    retry: 1,
    globalSetup: ['e2e/prepare.ts'],
  },
});
