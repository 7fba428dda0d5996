import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ScriptedServer } from '../../../test/support/scripted-rtmp-server.ts'
import { seededBytes } from '../../../test/support/seeded-bytes.ts'
import { ProtocolError } from '../../core/errors.ts'

test('client session: connect names the application and says that any codec is welcome', () => {
  const server = new ScriptedServer('rtmp://host/live?token=t/test')
  assert.equal(server.sent.length, 0)
  server.shakeHands()
  const [streamId, name, transactionId, fields] = server.sent[0] as [number, string, number, Record<string, unknown>]
  assert.deepEqual([streamId, name, transactionId], [0, 'connect', 1])
  const { app, tcUrl, fourCcList, videoFourCcInfoMap, capsEx } = fields
  assert.deepEqual([app, tcUrl, fourCcList, capsEx], ['live?token=t', 'rtmp://host/live?token=t', ['*'], 15])
  assert.equal((videoFourCcInfoMap as Record<string, unknown>)['*'], 4)
})

test('client session: once let in, it announces its window and chunk size', () => {
  const server = new ScriptedServer()
  server.shakeHands()
  server.sent = []
  server.answer('_result', 1, null, { level: 'status', code: 'NetConnection.Connect.Success' })
  assert.deepEqual(server.sent, [[5, 0, '002625a0']])
  assert.equal(server.session.chunkSize, 60_000)
  assert.deepEqual(server.news, [['connected']])
})

test('client session: it publishes as FMLE does, and ends so', () => {
  const server = ScriptedServer.connected()
  const stream = server.start('publish', 'test?x=1')
  assert.deepEqual(server.sent, [
    [0, 'releaseStream', 2, null, 'test?x=1'],
    [0, 'FCPublish', 3, null, 'test?x=1'],
    [0, 'createStream', 4, null],
  ])
  server.sent = []
  server.answer('_error', 2, null, { level: 'error', code: 'NetConnection.Call.Failed' })
  server.answer('_result', 4, null, 7)
  assert.deepEqual(server.sent, [[7, 'publish', 0, null, 'test?x=1', 'live']])
  stream.write(9, 1, Uint8Array.of(1))
  server.status(7, 'status', 'NetStream.Publish.Start')
  assert.deepEqual(server.news.slice(1), [['start']])
  server.sent = []
  stream.write(8, 0x1_0000_0001, Uint8Array.of(0xaf, 1))
  stream.write(18, 0, Buffer.from('\x02\x00\x0aonMetaData\x05'))
  stream.close()
  stream.close()
  stream.write(8, 2, Uint8Array.of(0xaf, 1))
  assert.deepEqual(server.sent, [
    [8, 7, 'af01'],
    [18, 7, Buffer.from('\x02\x00\x0d@setDataFrame\x02\x00\x0aonMetaData\x05').toString('hex')],
    [0, 'FCUnpublish', 0, null, 'test?x=1'],
    [0, 'deleteStream', 0, null, 7],
  ])
})

test('client session: it plays, and gets media with script data unwrapped', () => {
  const server = ScriptedServer.connected()
  server.start('play')
  server.answer('_result', 2, null, 1)
  assert.deepEqual(server.sent.slice(1), [
    [1, 'play', 0, null, 'test', -2000],
    [4, 0, '00030000000100000bb8'],
  ])
  server.status(1, 'status', 'NetStream.Play.Reset')
  server.status(1, 'status', 'NetStream.Play.Start')
  server.message({ type: 9, streamId: 1, timestamp: 40, payload: new Uint8Array(9) })
  server.message({
    type: 18,
    streamId: 1,
    timestamp: 0,
    payload: Buffer.from('\x02\x00\x0d@setDataFrame\x02\x00\x01x'),
  })
  server.message({ type: 18, streamId: 1, timestamp: 0, payload: Buffer.from('\x02\x00\x11|RtmpSampleAccess\x01\x01') })
  server.message({ type: 8, streamId: 2, timestamp: 40, payload: new Uint8Array(9) })
  server.status(1, 'status', 'NetStream.Play.UnpublishNotify')
  server.message({ type: 9, streamId: 1, timestamp: 80, payload: new Uint8Array(9) })
  assert.deepEqual(server.news.slice(1), [['start'], ['media', 9, 40, 9], ['media', 18, 0, 4], ['end']])
})

const refusals = [
  { says: 'BadName', code: 'NetStream.Publish.BadName', streamId: 1 },
  { says: 'BadName over message stream 0', code: 'NetStream.Publish.BadName', streamId: 0 },
  { says: 'Denied', code: 'NetStream.Publish.Denied', streamId: 1 },
]

for (const { says, code, streamId } of refusals) {
  test(`client session: ${says} is an error in the server's words, without the key`, () => {
    const server = ScriptedServer.connected()
    server.start('publish', 'topsecret?pass=hidden')
    server.answer('_result', 4, null, 1)
    server.status(streamId, 'error', code, { description: 'No topsecret for hidden\u001b[2J here' })
    const message = `Cannot publish to rtmp://host/live/…: the server says "No … for … [2J here" (${code})`
    assert.deepEqual(server.news.slice(1), [['end', code, message]])
  })
}

test('client session: a connect that is rejected says why', () => {
  const server = new ScriptedServer('rtmp://host/live?token=hidden/test')
  server.shakeHands()
  server.answer('_error', 1, null, {
    level: 'error',
    code: 'NetConnection.Connect.Rejected',
    description: 'no app for token=hidden',
  })
  assert.deepEqual(server.news, [
    [
      'refused',
      'NetConnection.Connect.Rejected',
      'Cannot connect to rtmp://host/live/…: the server says "no app for …" (NetConnection.Connect.Rejected)',
    ],
  ])
})

test('client session: createStream that fails ends the stream alone', () => {
  const server = ScriptedServer.connected()
  server.start('play')
  server.answer('_error', 2, null, { code: 'NetConnection.Call.Failed', description: 'Too many' })
  assert.equal(server.news.at(-1)?.[0], 'end')
})

test('client session: a stream that was closed before it was created is deleted', () => {
  const server = ScriptedServer.connected()
  server.start('play').close()
  server.sent = []
  server.answer('_result', 2, null, 5)
  assert.deepEqual(server.sent, [[0, 'deleteStream', 0, null, 5]])
})

test('client session: it tells where the server wants it to reconnect, and goes on', () => {
  const server = ScriptedServer.connected()
  server.start('publish')
  server.answer('_result', 4, null, 1)
  server.status(0, 'status', 'NetConnection.Connect.ReconnectRequest', { tcUrl: 'rtmp://other/live' })
  server.status(0, 'status', 'NetConnection.Connect.ReconnectRequest')
  server.status(1, 'status', 'NetStream.Publish.Start')
  assert.deepEqual(server.news.slice(1), [['reconnect', 'rtmp://other/live'], ['reconnect', undefined], ['start']])
})

test('client session: pings, bandwidth and calls of the server are answered', () => {
  const server = ScriptedServer.connected()
  server.message({ type: 4, streamId: 0, timestamp: 0, payload: Buffer.from('000600000001', 'hex') })
  server.message({ type: 6, streamId: 0, timestamp: 0, payload: Buffer.from('0000100002', 'hex') })
  server.answer('_result', 99)
  assert.deepEqual(server.sent, [
    [4, 0, '000700000001'],
    [5, 0, '00001000'],
  ])
})

test('client session: a message stream id that is no number is the fault of the server', () => {
  const server = ScriptedServer.connected()
  server.start('play')
  assert.throws(() => server.answer('_result', 2, null, 'one'), ProtocolError)
})

test('client session: garbage is a ProtocolError or waits for more, at each step', () => {
  for (let seed = 0; seed < 200; seed++) {
    const server = seed % 2 === 0 ? new ScriptedServer() : ScriptedServer.connected()
    if (seed % 4 === 1) server.start('play')
    try {
      server.session.receive(seededBytes(seed, 5000))
    } catch (error) {
      assert.ok(error instanceof ProtocolError, String(error))
    }
  }
})
