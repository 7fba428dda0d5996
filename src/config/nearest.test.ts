import assert from 'node:assert/strict'
import { test } from 'vitest'
import { nearest } from './nearest.ts'

const known = ['rtmp', 'rtmp.listen', 'rtsp.listen', 'record.all', 'record.dir', 'log.level']

for (const [name, meant] of [
  ['rtmp.listn', 'rtmp.listen'],
  ['rtmp.lisetn', 'rtmp.listen'],
  ['RTMP.Listen', 'rtmp.listen'],
  ['rtmpp', 'rtmp'],
  ['rmtp', 'rtmp'],
  ['recordAll', 'record.all'],
  ['loglevel', 'log.level'],
  ['http.port', undefined],
  ['', undefined],
  ['x', undefined],
] as const) {
  test(`nearest: "${name}" means ${meant ?? 'none of them'}`, () => assert.equal(nearest(name, known), meant))
}

test('nearest: the first of equally near names', () => {
  assert.equal(nearest('rtxp.listen', known), 'rtmp.listen')
})
