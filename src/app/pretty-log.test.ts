import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { formatPretty } from './pretty-log.ts'

const time = new Date(2026, 10, 21, 9, 5, 7, 42).toISOString()
const line = { level: 'info', time, code: 'RTMP_PUBLISH', msg: 'publish started' }

test('pretty log: stream, connection and peer lead the fields', () => {
  const fields = { bytes: 12, peer: '192.0.2.1:5000', connection: 'r1', app: '', stream: 'live/test' }
  assert.equal(
    formatPretty({ ...line, ...fields }, false),
    '09:05:07.042 INFO  RTMP_PUBLISH publish started  ' +
      'stream=live/test connection=r1 peer=192.0.2.1:5000 bytes=12 app=""\n',
  )
})

test('pretty log: without fields the line ends with the message', () => {
  assert.equal(formatPretty({ ...line, level: 'warn' }, false), '09:05:07.042 WARN  RTMP_PUBLISH publish started\n')
})

test('pretty log: values with spaces or quotes are quoted', () => {
  assert.match(formatPretty({ ...line, reason: 'a "b"' }, false), / reason="a \\"b\\""\n$/)
})

test('pretty log: colours only if asked for', () => {
  assert.ok(formatPretty(line, true).includes('\u001b[32mINFO '))
  assert.ok(!formatPretty(line, false).includes('\u001b'))
})

test('pretty log: no text of a peer breaks the line or speaks to the terminal', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\u001b[2J', 'a\r\nb', '\u009b31m', '\u2028'))
  fc.assert(
    fc.property(text, text, (msg, stream) => {
      const formatted = formatPretty({ ...line, msg, stream }, false)
      assert.match(formatted, /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*\n$/)
    }),
    { seed: 8, numRuns: 500 },
  )
})
