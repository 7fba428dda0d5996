import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatFileName, parseFilePattern } from './file-pattern.ts'

const start = new Date(2026, 0, 31, 9, 5, 7).getTime()

function nameOf(text: string, stream = 'live/test', number = 7): string {
  const pattern = parseFilePattern(text)
  assert.ok(pattern, `${text} is no pattern`)
  return formatFileName(pattern, { stream, start, number })
}

test('file pattern: every placeholder', () => {
  assert.equal(nameOf('%s'), 'live_test')
  assert.equal(nameOf('%T'), '20260131_090507')
  assert.equal(nameOf('%Y-%m-%D %H.%M.%S'), '2026-01-31 09.05.07')
  assert.equal(nameOf('%d %03d %3d %1d'), '7 007 007 7')
  assert.equal(nameOf('100%%_%%d'), '100%_%d')
  assert.equal(nameOf('plain'), 'plain')
})

test('file pattern: a number that has more digits keeps them', () => {
  assert.equal(nameOf('%02d', 'a', 12_345), '12345')
})

test('file pattern: a slash makes folders, the slashes of the stream do not', () => {
  assert.equal(nameOf('%s/%Y-%m-%D/seg%03d', 'cam/roof/north'), 'cam_roof_north/2026-01-31/seg007')
})

test('file pattern: an unknown placeholder is none', () => {
  for (const text of ['%x', '%', '%s_%', '%t', '%03x', '%03', '%100d', '% d', '%-3d']) {
    assert.equal(parseFilePattern(text), undefined, text)
  }
})

test('file pattern: a path that could leave its folder is none', () => {
  for (const text of ['', '/%s', '%s/', '..', '../%s', '%s/../x', './%s', 'a//b', 'a\\b', 'a\0b', 'a\nb']) {
    assert.equal(parseFilePattern(text), undefined, JSON.stringify(text))
  }
})

test('file pattern: a stream name of 255 bytes still gives a file name that a file system takes', () => {
  assert.ok(Buffer.byteLength(`${nameOf('%s_%T_seg%03d', 'x'.repeat(255), 123_456)}_1000.flv`) <= 255)
})
