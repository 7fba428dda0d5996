import assert from 'node:assert/strict'
import { test } from 'vitest'
import { SessionServer } from '../../../test/support/rtmp-session-server.ts'
import { connect, RefusedError, tagTypes, UrlError } from './library.ts'

const sound = { type: tagTypes.audio, timestamp: 40, body: Uint8Array.of(0xaf, 1, 7) }

test('library: what is published arrives, and the end is told', async () => {
  const ended = Promise.withResolvers<number>()
  await using server = await SessionServer.listen(() => ({ onStreamClosed: ended.resolve }))
  await using connection = await connect(server.url)
  const publication = await connection.publish()
  await publication.write(sound, { ...sound, timestamp: 63 })
  publication.close()
  await ended.promise
  assert.deepEqual(
    server.connections[0]?.media.map(({ timestamp }) => timestamp),
    [40, 63],
  )
})

test('library: writing to a publication that the server has ended throws its words', async () => {
  await using server = await SessionServer.listen()
  await using connection = await connect(server.url)
  const publication = await connection.publish()
  server.connections[0]?.session.stop(1)
  const write = async (): Promise<void> => {
    for (;;) await publication.write(sound).then(() => new Promise(setImmediate))
  }
  await assert.rejects(write(), RefusedError)
})

test('library: playing ends with the stream', async () => {
  await using server = await SessionServer.listen(connection => ({
    onPlay: ({ streamId }) => {
      connection.session.acceptPlay(streamId)
      connection.session.stop(streamId)
    },
  }))
  await using connection = await connect(server.url)
  const types: number[] = []
  for await (const tag of await connection.play()) types.push(tag.type)
  assert.deepEqual(types, [])
})

test('library: playing throws when the connection is lost', async () => {
  await using server = await SessionServer.listen()
  await using connection = await connect(server.url)
  const tags = await connection.play()
  server.connections[0]?.socket.destroy()
  await assert.rejects(tags.next(), /the server has closed the connection/)
})

test('library: a loop that is left early gives the stream back to the server', async () => {
  const closed = Promise.withResolvers<number>()
  await using server = await SessionServer.listen(() => ({ onStreamClosed: closed.resolve }))
  await using connection = await connect(server.url)
  const tags = await connection.play()
  await tags.return?.()
  assert.equal(await closed.promise, 1)
})

test('library: a URL of another kind is refused at once', async () => {
  await assert.rejects(connect('http://host/live/test'), UrlError)
})
