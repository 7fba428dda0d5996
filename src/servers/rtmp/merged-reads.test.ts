import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { MergedReads, type Readable } from './merged-reads.ts'

class Socket implements Readable {
  destroyed = false
  isPaused = false
  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    assert.equal(this.destroyed, false)
    this.isPaused = false
  }
}

function setUp(current: number) {
  const clock = new FakeClock()
  return { clock, window: { current }, reads: new MergedReads(clock), sockets: [new Socket(), new Socket()] as const }
}

test('merged reads: without a window a socket reads on', () => {
  const { reads, window, sockets } = setUp(0)
  reads.afterRead(sockets[0], 100, window)
  assert.equal(sockets[0].isPaused, false)
})

test('merged reads: a socket rests for what is left of the window, and all go on together', () => {
  const { clock, reads, window, sockets } = setUp(50)
  reads.afterRead(sockets[0], 100, window)
  clock.advance(30)
  reads.afterRead(sockets[1], 100, window)
  assert.deepEqual(
    sockets.map(({ isPaused }) => isPaused),
    [true, true],
  )
  clock.advance(19)
  assert.deepEqual(
    sockets.map(({ isPaused }) => isPaused),
    [true, true],
  )
  clock.advance(1)
  assert.deepEqual(
    sockets.map(({ isPaused }) => isPaused),
    [false, false],
  )
  assert.equal(clock.pendingCount, 0)
})

test('merged reads: a socket that has more to read does not rest', () => {
  const { reads, window, sockets } = setUp(50)
  reads.afterRead(sockets[0], 65_536, window)
  assert.equal(sockets[0].isPaused, false)
})

test('merged reads: a socket that was destroyed meanwhile is left alone', () => {
  const { clock, reads, window, sockets } = setUp(50)
  for (const socket of sockets) reads.afterRead(socket, 100, window)
  sockets[0].destroyed = true
  clock.advance(50)
  assert.deepEqual(
    sockets.map(({ isPaused }) => isPaused),
    [true, false],
  )
})

test('merged reads: closing lets everybody read', () => {
  const { reads, window, sockets } = setUp(50)
  for (const socket of sockets) reads.afterRead(socket, 100, window)
  reads.close()
  assert.deepEqual(
    sockets.map(({ isPaused }) => isPaused),
    [false, false],
  )
})
