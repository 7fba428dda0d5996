import { defineConfig } from 'vitest/config'

/** What shows pictures in a browser. */
const browsers = [
  'test/interop/{browser-changes,browser-codecs,browser-comebacks,browser-restart,console,console-*,dvr-browser,hls-encryption,https-browser,own-page}.test.ts',
]
/** What counts late pictures or lost packets: it runs alone. */
const timed = ['test/interop/{browser-players,relay-push-udp,srt-loss}.test.ts', 'test/hostile/srt-*.test.ts']

/** A program that the machine gave no time to is tried once more; scripts/test.ts names each test that needed it. */
const realPrograms = { testTimeout: 120_000, hookTimeout: 120_000, retry: 1 }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{src,bin,scripts,console/src,bench}/**/*.test.ts',
            'test/{architecture,conformance,fuzz}/**/*.test.ts',
          ],
          testTimeout: 30_000,
          // They share nothing that changes; a world of its own for each file costs more than its tests.
          isolate: false,
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Real processes at real speed: they mostly wait for media, so three files share a machine of two cores.
        test: {
          name: 'interop',
          include: ['test/{hostile,interop,peers}/**/*.test.ts'],
          exclude: [...browsers, ...timed],
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          ...realPrograms,
        },
      },
      {
        test: {
          name: 'browsers',
          include: browsers,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
          ...realPrograms,
        },
      },
      {
        test: {
          name: 'timed',
          include: timed,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
          ...realPrograms,
        },
      },
    ],
  },
})
