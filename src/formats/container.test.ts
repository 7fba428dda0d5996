import assert from 'node:assert/strict'
import { test } from 'vitest'
import { readFlvFixture } from '../../test/support/flv-fixture.ts'
import { containerOf } from './container.ts'

const packets = (size: number, at = 0): Uint8Array => {
  const bytes = new Uint8Array(512)
  for (let sync = at; sync < 512; sync += size) bytes[sync] = 0x47
  return bytes
}

test('container: is told by its first bytes', () => {
  assert.equal(containerOf(readFlvFixture('h264-aac')), 'flv')
  assert.equal(containerOf(Buffer.from('1a45dfa3a3428681', 'hex')), 'matroska')
  assert.equal(containerOf(Buffer.from('0000001c6674797069736f36', 'hex')), 'mp4')
  assert.equal(containerOf(Buffer.from('0000006d6d6f6f76', 'hex')), 'mp4')
  for (const bytes of [packets(188), packets(204), packets(192, 4)]) assert.equal(containerOf(bytes), 'mpegts')
})

test('container: what is none is not taken for one', () => {
  for (const text of ['', 'F', 'RIFF....AVI LIST', 'GIF89a'.padEnd(512, '.'), '#!/bin/sh\n'])
    assert.equal(containerOf(Buffer.from(text)), undefined)
})
