import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import {
  initialPlayerState,
  isConnected,
  type PlayerEvent,
  type PlayerState,
  retryDelay,
  step,
} from './player-state.ts'

function after(...events: readonly PlayerEvent[]): PlayerState {
  return events.reduce(step, initialPlayerState)
}

const notLive: PlayerEvent = { type: 'interrupted', cause: 'not-live' }
const ended: PlayerEvent = { type: 'interrupted', cause: 'ended' }

test('player: the first picture ends connecting', () => {
  assert.deepEqual(after({ type: 'picture' }), { phase: 'playing' })
})

test('player: a stream that is not live is tried again, each time later', () => {
  const waiting = after(notLive, { type: 'retry' }, notLive, { type: 'retry' }, notLive)
  assert.deepEqual(waiting, { phase: 'waiting', cause: 'not-live', attempt: 3 })
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map(attempt => retryDelay(attempt)),
    [1000, 2000, 4000, 8000, 10_000, 10_000],
  )
})

test('player: after a picture the attempts count from one again', () => {
  const state = after(notLive, { type: 'retry' }, notLive, { type: 'retry' }, { type: 'picture' }, ended)
  assert.deepEqual(state, { phase: 'waiting', cause: 'ended', attempt: 1 })
})

test('player: a stream that has ended is not called one that never began', () => {
  const state = after({ type: 'picture' }, ended, { type: 'retry' }, notLive)
  assert.deepEqual(state, { phase: 'waiting', cause: 'ended', attempt: 2 })
})

test('player: a publisher that comes back is joined at once', () => {
  assert.deepEqual(after({ type: 'picture' }, ended, { type: 'published' }), initialPlayerState)
})

test('player: a new publisher does not disturb a picture', () => {
  assert.deepEqual(after({ type: 'picture' }, { type: 'published' }), { phase: 'playing' })
})

test('player: starving and feeding go back and forth', () => {
  assert.deepEqual(after({ type: 'picture' }, { type: 'starved' }), { phase: 'buffering' })
  assert.deepEqual(after({ type: 'picture' }, { type: 'starved' }, { type: 'picture' }), { phase: 'playing' })
  assert.deepEqual(after({ type: 'starved' }), initialPlayerState)
})

test('player: blocked autoplay keeps the connection until the viewer clicks', () => {
  const blocked = after({ type: 'refused' })
  assert.deepEqual(blocked, { phase: 'blocked' })
  assert.equal(isConnected(blocked), true)
  assert.deepEqual(step(step(blocked, { type: 'play' }), { type: 'picture' }), { phase: 'playing' })
})

test('player: pause lets go of the connection, play makes a new one', () => {
  const paused = after({ type: 'picture' }, { type: 'pause' })
  assert.deepEqual(paused, { phase: 'paused' })
  assert.equal(isConnected(paused), false)
  assert.deepEqual(step(paused, { type: 'published' }), paused)
  assert.deepEqual(step(paused, { type: 'play' }), initialPlayerState)
})

test('player: what cannot be played is not tried again until somebody else publishes', () => {
  const unsupported = after({ type: 'unsupported', reason: 'No H.265 here' })
  assert.deepEqual(step(unsupported, { type: 'retry' }), unsupported)
  assert.deepEqual(step(unsupported, { type: 'published' }), initialPlayerState)
})

test('player: late reports of a closed connection change nothing', () => {
  const waiting = after({ type: 'picture' }, ended)
  for (const type of ['picture', 'starved', 'refused', 'pause'] as const) {
    assert.deepEqual(step(waiting, { type }), waiting)
  }
  assert.deepEqual(step(waiting, notLive), waiting)
})

test('player: who may not watch is not tried again until the viewer says so', () => {
  const denied = after({ type: 'denied' })
  assert.deepEqual(denied, { phase: 'denied' })
  assert.deepEqual(step(denied, { type: 'retry' }), denied)
  assert.deepEqual(step(denied, { type: 'published' }), denied)
  assert.deepEqual(step(denied, { type: 'play' }), initialPlayerState)
})

test('player: after any history, play or retry or a publisher leads back to a connection', () => {
  const anyEvent = fc.constantFrom<PlayerEvent>(
    { type: 'picture' },
    { type: 'starved' },
    { type: 'refused' },
    { type: 'pause' },
    { type: 'play' },
    notLive,
    ended,
    { type: 'unsupported', reason: 'x' },
    { type: 'denied' },
    { type: 'retry' },
    { type: 'published' },
  )
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 30 }), history => {
      assert.equal(isConnected(step(after(...history), { type: 'play' })), true)
    }),
  )
})
