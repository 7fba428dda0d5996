import assert from 'node:assert/strict'
import { test } from 'vitest'
import { SessionServer } from '../../../test/support/rtmp-session-server.ts'
import type { FlvTag } from '../../formats/flv/flv-file-reader.ts'
import { followPlayback } from './following-playback.ts'
import { FollowingPublication } from './following-publication.ts'

const header: FlvTag = { type: 9, timestamp: 0, body: Uint8Array.of(0x17, 0, 0, 0, 0, 1) }

function picture(timestamp: number, isKey: boolean): FlvTag {
  return { type: 9, timestamp, body: Uint8Array.of(isKey ? 0x17 : 0x27, 1, 0, 0, 0, 1) }
}

test('following publication: it moves at the next key frame, with the headers in front', async () => {
  const there = Promise.withResolvers<unknown>()
  await using other = await SessionServer.listen(() => ({ onStreamClosed: there.resolve }))
  await using server = await SessionServer.listen()
  await using publication = new FollowingPublication()
  await publication.open(server.url)
  await publication.write([header, picture(0, true), picture(40, false)])
  const [connection = assert.fail()] = server.connections
  connection.requestReconnect(`rtmp://127.0.0.1:${other.port}/live`)
  for (let at = 80; other.connections.length === 0; at += 40) {
    await publication.write([picture(at, at % 400 === 0)])
    await new Promise(setImmediate)
  }
  await publication.close()
  await there.promise
  const bodies = other.connections[0]?.media.map(({ payload }) => Buffer.from(payload).toString('hex', 0, 2))
  assert.deepEqual(bodies?.slice(0, 2), ['1700', '1701'])
  assert.ok(!connection.media.slice(2).some(({ payload }) => payload[0] === 0x17))
})

test('following playback: it goes on over the new connection', async () => {
  await using other = await SessionServer.listen(connection => ({
    onPlay: ({ streamId }) => {
      connection.session.acceptPlay(streamId)
      connection.session.stop(streamId)
    },
  }))
  await using server = await SessionServer.listen()
  const played = (async () => {
    for await (const tag of followPlayback(server.url)) assert.fail(`Got a tag of type ${tag.type}`)
  })()
  while (server.connections[0]?.session.facts.phase !== 'connected') await new Promise(setImmediate)
  server.connections[0].requestReconnect(`rtmp://127.0.0.1:${other.port}/live`)
  await played
  assert.equal(other.connections.length, 1)
})
