import { defineConfig } from 'vitest/config'

/** What counts late pictures or lost packets, or has a browser for long: it runs alone. */
const timed = [
  'test/interop/{browser-players,browser-restart,browser-comebacks,browser-changes,console,dvr-browser,hls-encryption,own-page,srt-loss}.test.ts',
  'test/hostile/**/*.test.ts',
]

const realPrograms = { testTimeout: 60_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{src,scripts,console/src,bench}/**/*.test.ts',
            'test/{architecture,conformance,fuzz}/**/*.test.ts',
          ],
          testTimeout: 10_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Real processes at real speed: they mostly wait for media, so two files share a machine of two cores.
        test: {
          name: 'interop',
          include: ['test/{interop,peers}/**/*.test.ts'],
          exclude: timed,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          ...realPrograms,
        },
      },
      {
        test: {
          name: 'timed',
          include: timed,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          ...realPrograms,
        },
      },
    ],
  },
})
