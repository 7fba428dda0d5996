import assert from 'node:assert/strict'
import { test } from 'vitest'
import { deriveExtension, pathExtension } from './file-extension.ts'

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

for (const [url, extension] of [
  ['/live/test/clip.mp4?from=2026-11-21T09:30:00Z&duration=90', 'clip.mp4'],
  ['/live/test/clip.mp4?token=x&offset=-30', 'clip.mp4'],
  ['/live/test/clip.mp4', 'mp4'],
  ['/live/test/clip.mp4?token=from', 'mp4'],
  ['/clip.mp4?from=0', 'mp4'],
  ['/live/clip.mp4.mp4?from=0', 'mp4'],
  ['/live/test/ts-1795251600.ts', 'segment.ts'],
] as const) {
  test(`file extension: the route of "${url}" is that of "${extension}"`, () => {
    assert.equal(deriveExtension(url), extension)
  })
}
