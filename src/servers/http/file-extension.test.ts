import assert from 'node:assert/strict'
import { test } from 'vitest'
import { pathExtension } from './file-extension.ts'

for (const [url, extension] of [
  ['/live/test.flv', 'flv'],
  ['/live/test.flv?wait=1.5', 'flv'],
  ['/live/test.flv#x.ts', 'flv'],
  ['/live/test.tar.flv', 'flv'],
  ['/live.flv/test', ''],
  ['/live/test', ''],
  ['/live/test.', ''],
  ['/', ''],
  ['', ''],
  ['*', ''],
] as const) {
  test(`file extension: "${url}" ends in "${extension}"`, () => {
    assert.equal(pathExtension(url), extension)
  })
}
