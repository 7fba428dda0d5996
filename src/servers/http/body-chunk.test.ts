import assert from 'node:assert/strict'
import { test } from 'vitest'
import { encodeBodyChunk } from './body-chunk.ts'

/** By hand from RFC 9112 §7.1. */
test('body chunk: size in hexadecimal, payload, each behind a line end', () => {
  assert.equal(encodeBodyChunk(Buffer.from('hello')).toString('latin1'), '5\r\nhello\r\n')
  const long = Buffer.alloc(0x1a2b, 'x')
  assert.equal(encodeBodyChunk(long).toString('latin1'), `1a2b\r\n${'x'.repeat(0x1a2b)}\r\n`)
})
