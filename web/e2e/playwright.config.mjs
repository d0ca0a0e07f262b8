// Browser tests: the unmodified official SDKs, and ours, against a real Plaudit process.
//
// Every test runs once per SDK (three projects); lib/skips.mjs says what does not concern ours. Tests of `page/` run once. A worker starts its own server, so workers never meet;
// inside a worker tests share it and keep apart by unique room and user names.
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.mjs',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: Number(process.env.PLAUDIT_E2E_WORKERS ?? 2),
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['./lib/closing-line.mjs']],
  projects: [
    { name: 'v2', testIgnore: 'page/**', use: { sdk: 'v2' } },
    { name: 'v3', testIgnore: 'page/**', use: { sdk: 'v3' } },
    { name: 'ours', testIgnore: 'page/**', use: { sdk: 'ours' } },
    // The elements of web/live-room, in pages with a strict policy.
    { name: 'page', testDir: 'page', use: { sdk: 'ours' } },
  ],
  use: {
    browserName: 'chromium',
    launchOptions: {
      executablePath: process.env.PLAUDIT_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox', // tests may run as root
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // Nothing may leave the machine, worker sockets included, which request interception does not see.
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      ],
    },
  },
})
