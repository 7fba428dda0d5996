import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { audio, limits, ScriptedPeer } from '../../../test/support/scripted-rtmp-peer.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { Message } from './message.ts'
import { acknowledgement, setPeerBandwidth, windowAcknowledgementSize } from './protocol-control.ts'
import { userControl } from './user-control.ts'

const capture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`./fixtures/${name}`, import.meta.url)))

describe('session with captured clients', () => {
  for (const size of [1, 100, 1460, 65_536]) {
    test(`FFmpeg 5.1.9 publishes, in reads of ${size}`, () => {
      const peer = new ScriptedPeer()
      const bytes = capture('ffmpeg-5.1.9-publish.bin')
      for (let at = 0; at < bytes.length; at += size) peer.session.receive(bytes.slice(at, at + size))
      assert.deepEqual(peer.events.slice(0, 5), [
        ['connect', 'live', '', 0],
        ['publish', 1, 'test', 'token=x', 'live'],
        ['media', 1, 18, 0, 293],
        ['media', 1, 9, 0, 44],
        ['media', 1, 8, 0, 7],
      ])
      assert.equal(peer.events.filter(([kind]) => kind === 'media').length, 74)
      assert.deepEqual(peer.events.at(-1), ['closed', 1])
      assert.equal(peer.session.facts.messagesIgnored, 0)
    })
  }

  test('FFmpeg 5.1.9 plays', () => {
    const peer = new ScriptedPeer()
    peer.session.receive(capture('ffmpeg-5.1.9-play.bin'))
    assert.deepEqual(peer.events, [
      ['connect', 'live', '', 0],
      ['play', 1, 'test', 'token=x', -2000, -1, true],
      ['closed', 1],
    ])
  })

  test('FFmpeg’s session, cut off anywhere, is no fault', () => {
    const bytes = capture('ffmpeg-5.1.9-publish.bin').subarray(0, 4200)
    for (let n = 0; n < bytes.length; n += 3) new ScriptedPeer().session.receive(bytes.slice(0, n))
  })
})

describe('session: connect', () => {
  test('is answered by windows, chunk size, success and onBWDone', () => {
    assert.deepEqual(ScriptedPeer.connected().sent, [
      [5, '002625a0'],
      [6, '002625a002'],
      // Set Chunk Size lies in between: without it, this peer could not read what follows.
      ['_result', 0, 1, 'status NetConnection.Connect.Success'],
      ['onBWDone', 0, 0, undefined],
    ])
  })

  test('splits the query off the application, or takes the one of the URL', () => {
    assert.deepEqual(ScriptedPeer.connected('live?token=x').events, [['connect', 'live', 'token=x', 3]])
    const peer = new ScriptedPeer()
    peer.shakeHands()
    peer.call('connect', 1, { app: 'live', tcUrl: 'rtmp://host/live?user=a&pass=b' })
    assert.deepEqual(peer.events, [['connect', 'live', 'user=a&pass=b', 0]])
  })

  test('without any fields is passed on, as the owner decides', () => {
    const peer = new ScriptedPeer()
    peer.shakeHands()
    peer.call('connect', 1, null)
    assert.deepEqual(peer.events, [['connect', '', '', 0]])
  })

  test('may be rejected, and nothing is heard then', () => {
    const peer = new ScriptedPeer()
    peer.verdict = 'refuse'
    peer.shakeHands()
    peer.call('connect', 1, { app: 'live' })
    peer.call('createStream', 2, null)
    assert.deepEqual(peer.sent, [['_error', 0, 1, 'error NetConnection.Connect.Rejected']])
    assert.equal(peer.session.facts.phase, 'rejected')
  })

  test('may be answered later', () => {
    const peer = new ScriptedPeer()
    peer.verdict = 'later'
    peer.shakeHands()
    peer.call('connect', 1, { app: 'live' })
    assert.deepEqual(peer.sent, [])
    peer.session.acceptConnect()
    assert.equal(peer.session.facts.phase, 'connected')
    assert.equal(peer.session.facts.chunkSize, 60_000)
  })

  const outOfTurn = { name: 'ProtocolError', protocol: 'rtmp', fault: 'unexpected' }

  test('twice is the peer’s fault', () => {
    assert.throws(() => ScriptedPeer.connected().call('connect', 2, { app: 'live' }), outOfTurn)
  })

  test('comes first', () => {
    for (const name of ['createStream', 'publish', 'play', 'releaseStream', 'nonsense']) {
      const peer = new ScriptedPeer()
      peer.shakeHands()
      assert.throws(() => peer.call(name, 1, null, 'test'), outOfTurn)
    }
  })

  test('publish and play need a message stream that was created', () => {
    assert.throws(() => ScriptedPeer.connected().callOn(1, 'publish', 0, null, 'test'), outOfTurn)
    assert.throws(() => ScriptedPeer.connected().callOn(7, 'play', 0, null, 'test'), outOfTurn)
  })
})

describe('session: connection', () => {
  test('one publishes on one message stream and plays on another', () => {
    const peer = ScriptedPeer.withStream()
    peer.call('createStream', 3, null)
    peer.callOn(1, 'publish', 0, null, 'mine', 'live')
    peer.callOn(2, 'play', 0, null, 'yours')
    peer.message(audio(1))
    peer.message(audio(2))
    peer.callOn(2, 'closeStream', 0, null)
    peer.message(audio(1))
    assert.deepEqual(peer.events.slice(3), [
      ['media', 1, 8, 40, 2],
      ['closed', 2],
      ['media', 1, 8, 40, 2],
    ])
  })

  test('message streams are counted up, and bounded at a time', () => {
    const peer = ScriptedPeer.connected()
    for (let id = 1; id <= 16; id++) peer.call('createStream', id, null)
    peer.call('createStream', 17, null)
    assert.deepEqual(peer.sent.slice(-2), [
      ['_result', 0, 16, 16],
      ['_error', 0, 17, 'error NetConnection.Call.Failed'],
    ])
    peer.call('deleteStream', 0, null, 3)
    peer.call('createStream', 18, null)
    assert.deepEqual(peer.sent.at(-1), ['_result', 0, 18, 17])
  })

  test('calls that are not known are answered if they want an answer', () => {
    const peer = ScriptedPeer.withStream()
    peer.call('_checkbw', 5, null)
    peer.call('getStreamLength', 6, null, 'test')
    peer.call('nonsense', 0, null)
    peer.call('_result', 7, null)
    assert.deepEqual(peer.sent, [
      ['_result', 0, 5, undefined],
      ['_result', 0, 6, 0],
    ])
  })

  test('pings are answered', () => {
    const peer = ScriptedPeer.withStream()
    peer.message(userControl({ type: 'pingRequest', timestamp: 7 }))
    assert.deepEqual(peer.sent, [[4, '000700000007']])
  })

  test('what the peer has received, and the window that it wants us to have, are noted', () => {
    const peer = ScriptedPeer.withStream()
    peer.message(acknowledgement(123))
    peer.message(setPeerBandwidth(1000, 0))
    peer.message(setPeerBandwidth(1000, 0))
    assert.equal(peer.session.facts.bytesAcknowledged, 123)
    assert.deepEqual(peer.sent, [[5, '000003e8']])
  })

  test('each half window is acknowledged, also to a peer that announces none', () => {
    const peer = ScriptedPeer.connected('live', { ...limits, assumedWindowSize: 20_000 })
    peer.sent = []
    const noise: Message = { type: 8, streamId: 9, timestamp: 0, payload: new Uint8Array(4_000) }
    for (let i = 0; i < 6; i++) peer.message(noise)
    const sequenceNumbers = peer.sent.map(([, hex]) => Number.parseInt(String(hex), 16))
    assert.deepEqual(
      peer.sent.map(([type]) => type),
      [3, 3],
    )
    assert.ok((sequenceNumbers[0] ?? 0) >= 10_000)

    peer.message(windowAcknowledgementSize(2_000))
    peer.sent = []
    for (let i = 0; i < 3; i++) peer.message(noise)
    assert.equal(peer.sent.length, 3)
  })

  test('a window of 0 is not announced, and without an assumed one nothing is acknowledged unasked', () => {
    const peer = ScriptedPeer.connected('live', { ...limits, windowSize: 0, assumedWindowSize: 0 })
    assert.ok(!peer.sent.some(([type]) => type === 5))
    assert.deepEqual(
      peer.sent.find(([type]) => type === 6),
      [6, '002625a002'],
    )
    peer.sent = []
    for (let i = 0; i < 9; i++) peer.message({ type: 8, streamId: 9, timestamp: 0, payload: new Uint8Array(400_000) })
    assert.deepEqual(peer.sent, [])
  })

  test('chunk size and window are told again where they change, and hold from there on', () => {
    const peer = ScriptedPeer.withStream()
    peer.session.adjust(60_000, 2_500_000)
    assert.deepEqual(peer.sent, [])
    peer.session.adjust(4096, 100_000)
    assert.deepEqual(peer.sent, [[5, '000186a0']])
    assert.equal(peer.session.facts.chunkSize, 4096)
    peer.session.adjust(4096, 0)
    assert.equal(peer.sent.length, 1)
  })

  test('whatever comes behind the handshake, it is the peer’s fault or nothing', () => {
    const captured = capture('ffmpeg-5.1.9-publish.bin').subarray(0, 5000)
    const change = fc.tuple(fc.integer({ min: 3073, max: captured.length - 1 }), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), fc.constantFrom(1460, 65_536), (changes, size) => {
        const bytes = captured.slice()
        for (const [at, byte] of changes) bytes[at] = byte
        try {
          const peer = new ScriptedPeer()
          for (let at = 0; at < bytes.length; at += size) peer.session.receive(bytes.slice(at, at + size))
        } catch (error) {
          assert.ok(error instanceof ProtocolError, String(error))
        }
      }),
      { seed: 20_261_120, numRuns: 1_500 },
    )
  })
})

describe('session: reconnect request', () => {
  const connected = (capsEx: number): ScriptedPeer => {
    const peer = new ScriptedPeer()
    peer.shakeHands()
    peer.call('connect', 1, { app: 'live', tcUrl: 'rtmp://host/live', capsEx })
    peer.sent = []
    return peer
  }

  test('goes to a peer that has announced it', () => {
    const peer = connected(1)
    assert.equal(peer.session.requestReconnect('rtmp://other/live', 'Bye'), true)
    assert.equal(peer.session.requestReconnect(undefined, 'Bye'), true)
    const request = ['onStatus', 0, 0, 'status NetConnection.Connect.ReconnectRequest']
    assert.deepEqual(peer.sent, [request, request])
  })

  test('is kept from one that has not, or has not connected', () => {
    const peer = connected(14)
    assert.equal(peer.session.requestReconnect(undefined, 'Bye'), false)
    assert.equal(new ScriptedPeer().session.requestReconnect(undefined, 'Bye'), false)
    assert.deepEqual(peer.sent, [])
  })
})
