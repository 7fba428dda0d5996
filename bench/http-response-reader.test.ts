import assert from 'node:assert/strict'
import { test } from 'vitest'
import { HttpResponseReader } from './http-response-reader.ts'

function read(pieces: readonly Buffer[]): { status: number; body: string } {
  const seen = { status: 0, body: '' }
  const reader = new HttpResponseReader({
    status: status => {
      seen.status = status
    },
    body: bytes => {
      seen.body += bytes.toString('latin1')
    },
  })
  for (const piece of pieces) reader.push(piece)
  return seen
}

/** RFC 9112 §7.1: chunk sizes are hexadecimal, extensions are to be ignored. */
const responses: { name: string; wire: string; status: number; body: string }[] = [
  { name: 'plain', wire: 'HTTP/1.1 200 OK\r\nContent-Type: video/x-flv\r\n\r\nabcdef', status: 200, body: 'abcdef' },
  {
    name: 'chunked',
    wire: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123\r\n6789\r\n0\r\n\r\n',
    status: 200,
    body: 'abc0123\r\n6789',
  },
  { name: 'refusal', wire: 'HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno', status: 404, body: 'no' },
]

for (const { name, wire, status, body } of responses) {
  test(`HTTP response: ${name}, cut in two at every byte`, () => {
    const bytes = Buffer.from(wire)
    for (let at = 0; at <= bytes.length; at++) {
      assert.deepEqual(read([bytes.subarray(0, at), bytes.subarray(at)]), { status, body })
    }
  })
}

test('HTTP response: a head without end is a RangeError', () => {
  assert.throws(() => read([Buffer.alloc(20_000, 'x')]), RangeError)
})

test('HTTP response: a size line without end is a RangeError', () => {
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
  assert.throws(() => read([Buffer.from(head + '1'.repeat(100))]), RangeError)
})
