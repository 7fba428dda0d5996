import assert from 'node:assert/strict'
import fastify from 'fastify'
import { test } from 'vitest'
import { SlashedNames } from './slashed-names.ts'

const names = new SlashedNames()
const app = fastify()
names.watch(app)
for (const url of ['/api/streams/:stream', '/api/streams/:stream/status', '/api/things/:id']) app.get(url, () => '')
app.post('/api/streams/:stream/recording/start', () => '')

for (const [method, url, escaped] of [
  ['GET', '/api/streams/a', '/api/streams/a'],
  ['GET', '/api/streams/a/b/c?x=/y', '/api/streams/a%2Fb%2Fc?x=/y'],
  ['HEAD', '/api/streams/a/b', '/api/streams/a%2Fb'],
  ['GET', '/api/streams/a/b/status', '/api/streams/a%2Fb/status'],
  ['GET', '/api/streams/a/status?x=1', '/api/streams/a/status?x=1'],
  ['GET', '/api/streams/a%2Fstatus', '/api/streams/a%2Fstatus'],
  ['GET', '/api/streams/status', '/api/streams/status'],
  ['GET', '/api/streams//status', '/api/streams/%2Fstatus'],
  ['GET', '/api/streams/../a', '/api/streams/..%2Fa'],
  ['GET', '/api/streams/', '/api/streams/'],
  ['GET', '/api/things/a/b', '/api/things/a/b'],
  ['POST', '/api/streams/a/b/recording/start', '/api/streams/a%2Fb/recording/start'],
  ['POST', '/api/streams/a/b', '/api/streams/a/b'],
  ['GET', '*', '*'],
] as const) {
  test(`slashed names: ${method} ${url} is ${escaped}`, () => assert.equal(names.escape(method, url), escaped))
}
