import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatKeyFile, formatSegmentFile, parseKeyFile, parseSegmentFile, type SegmentFile } from './file-name.ts'

const files: readonly (readonly [string, SegmentFile])[] = [
  ['video-1795251008.m4s', { type: 'segment', rendition: 'video', number: 1_795_251_008 }],
  ['audio-2-17.m4s', { type: 'segment', rendition: 'audio-2', number: 17 }],
  ['audio-2-17.3.m4s', { type: 'part', rendition: 'audio-2', number: 17, part: 3 }],
  ['video-init-17.m4s', { type: 'init', rendition: 'video', period: 17 }],
  ['audio-2-t86172162715776.m4s', { type: 'time', rendition: 'audio-2', time: 86_172_162_715_776 }],
  ['muxed-1795251008.2.m4s', { type: 'part', rendition: 'muxed', number: 1_795_251_008, part: 2 }],
  ['ts-1795251008.ts', { type: 'segment', rendition: 'ts', number: 1_795_251_008 }],
  [
    'audio-2-1795251008-k1795251000-0a1b2c3d.m4s',
    {
      type: 'segment',
      rendition: 'audio-2',
      number: 1_795_251_008,
      key: { from: 1_795_251_000, sign: '0a1b2c3d' },
    },
  ],
  ['ts-17-k0-00000000.ts', { type: 'segment', rendition: 'ts', number: 17, key: { from: 0, sign: '00000000' } }],
]

for (const [name, file] of files) {
  test(`segment file: ${name}`, () => {
    assert.deepEqual(parseSegmentFile(name), file)
    assert.equal(formatSegmentFile(file), name)
  })
}

for (const name of [
  'video.m4s',
  'video-.m4s',
  '../video-1.m4s',
  'video-1.m3u8',
  'video-1.2.3.m4s',
  'text-1.m4s',
  'muxed-2-1.m4s',
  'video-init-1.2.m4s',
  'video-9999999999999999.m4s',
  'video-01.m4s',
  'video-1.01.m4s',
  'video-1-k01-0a1b2c3d.m4s',
  'video-1.ts',
  'ts-1.m4s',
  'video-init-1-k1-0a1b2c3d.m4s',
  'video-t1-k1-0a1b2c3d.m4s',
  'video-1.2-k1-0a1b2c3d.m4s',
  'video-1-k1-0A1B2C3D.m4s',
  'video-1-k1-0a1b2c3.m4s',
  'video-1-k-0a1b2c3d.m4s',
]) {
  test(`segment file: ${name} is none`, () => assert.equal(parseSegmentFile(name), undefined))
}

test('key file: names a key', () => {
  const key = { from: 1_795_251_000, sign: '0a1b2c3d' }
  assert.deepEqual(parseKeyFile('key-1795251000-0a1b2c3d.key'), key)
  assert.equal(formatKeyFile(key), 'key-1795251000-0a1b2c3d.key')
})

for (const name of [
  'key.key',
  'key-1.key',
  'key-1-0a1b2c3d',
  'key--1-0a1b2c3d.key',
  'key-1-0a1b2c3d.key.key',
  '../key-1-0a1b2c3d.key',
]) {
  test(`key file: ${name} is none`, () => assert.equal(parseKeyFile(name), undefined))
}
