import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { type ConnectionState, type StreamState, stepConnection, stepStream } from './session-state.ts'

const outOfTurn = { name: 'ProtocolError', protocol: 'rtmp', fault: 'unexpected' }

describe('connection state', () => {
  const connect = { type: 'connect', transactionId: 1, objectEncoding: 0 } as const

  test('a connection shakes hands, connects, and is accepted or rejected', () => {
    const opened = stepConnection({ phase: 'handshaking' }, { type: 'handshakeDone' })
    const connecting = stepConnection(opened, connect)
    assert.deepEqual(connecting, { phase: 'connecting', transactionId: 1, objectEncoding: 0 })
    assert.deepEqual(stepConnection(connecting, { type: 'accept' }), { phase: 'connected' })
    assert.deepEqual(stepConnection(connecting, { type: 'reject' }), { phase: 'rejected' })
  })

  test('connect comes once, behind the handshake', () => {
    const phases: ConnectionState[] = [{ phase: 'handshaking' }, { phase: 'connected' }, { phase: 'rejected' }]
    for (const state of phases) assert.throws(() => stepConnection(state, connect), outOfTurn)
  })
})

describe('message stream state', () => {
  const publish = { type: 'publish', rawName: 'a?b', name: 'a' } as const
  const play = { type: 'play', name: 'a', isReset: true } as const

  test('a stream publishes, ends, and plays', () => {
    const requested = stepStream({ phase: 'idle' }, publish)
    const publishing = stepStream(requested, { type: 'accept' })
    assert.deepEqual(publishing, { phase: 'publishing', rawName: 'a?b', name: 'a' })
    const idle = stepStream(publishing, { type: 'end' })
    const playing = stepStream(stepStream(idle, play), { type: 'accept' })
    assert.deepEqual(playing, { phase: 'playing', name: 'a', isPaused: false })
    assert.deepEqual(stepStream(playing, { type: 'pause', isPaused: true }), {
      phase: 'playing',
      name: 'a',
      isPaused: true,
    })
  })

  test('it does one thing at a time', () => {
    const busy: StreamState[] = [
      { phase: 'publishRequested', rawName: 'a', name: 'a' },
      { phase: 'publishing', rawName: 'a', name: 'a' },
      { phase: 'playRequested', name: 'a', isReset: true },
      { phase: 'playing', name: 'a', isPaused: false },
    ]
    for (const state of busy) {
      assert.throws(() => stepStream(state, publish), outOfTurn)
      assert.throws(() => stepStream(state, play), outOfTurn)
      assert.deepEqual(stepStream(state, { type: 'end' }), { phase: 'idle' })
    }
  })

  test('only what was asked for is accepted, and only what plays is paused', () => {
    assert.throws(() => stepStream({ phase: 'idle' }, { type: 'accept' }), outOfTurn)
    assert.throws(() => stepStream({ phase: 'idle' }, { type: 'pause', isPaused: true }), outOfTurn)
  })
})
