import { defineConfig } from 'vitest/config'

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
        },
      },
      {
        test: {
          name: 'interop',
          include: ['test/{interop,hostile,peers}/**/*.test.ts'],
          // Real processes at real speed: one file at a time, so that they do not slow each other down.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
