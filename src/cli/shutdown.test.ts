import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, test, vi } from 'vitest'
import type { Log } from '../contracts/log.ts'
import { type Drainable, stopOnSignal } from './shutdown.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const never = new Promise<never>(() => {})

function start(server: Partial<Drainable>) {
  const steps: string[] = []
  const note = (code: string) => void steps.push(code)
  const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log }
  const signals = new EventEmitter()
  const whole = {
    drain: async () => note('drain'),
    close: async () => note('close'),
    ...server,
  }
  return { steps, signals, code: stopOnSignal(whole, signals, log, ['SIGINT', 'SIGTERM', 'SIGHUP']) }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  test(`shutdown: ${signal} drains, then closes, then ends well`, async () => {
    const { steps, signals, code } = start({})
    assert.deepEqual(steps, [])
    signals.emit(signal, signal)
    assert.equal(await code, 0)
    assert.deepEqual(steps, ['SERVER_STOPPING', 'drain', 'close', 'SERVER_STOPPED'])
  })
}

test('shutdown: draining is told to hurry after 4 s', async () => {
  // AbortSignal.timeout keeps the machine's time, which the fake timers do not move.
  const timeouts = vi.spyOn(AbortSignal, 'timeout')
  const { signals, code } = start({ drain: async signal => assert.equal(signal.aborted, false) })
  signals.emit('SIGTERM', 'SIGTERM')
  assert.equal(await code, 0)
  assert.deepEqual(timeouts.mock.calls, [[4000]])
})

test('shutdown: what hangs is left behind after 4.5 s', async () => {
  const { steps, signals, code } = start({ drain: () => never })
  signals.emit('SIGTERM', 'SIGTERM')
  await vi.advanceTimersByTimeAsync(4499)
  assert.deepEqual(steps, ['SERVER_STOPPING'])
  await vi.advanceTimersByTimeAsync(1)
  assert.equal(await code, 1)
  assert.deepEqual(steps, ['SERVER_STOPPING', 'SERVER_STOP_FAILED'])
})

test('shutdown: a second signal ends it at once', async () => {
  const { signals, code } = start({ drain: () => never })
  signals.emit('SIGTERM', 'SIGTERM')
  await vi.advanceTimersByTimeAsync(1000)
  signals.emit('SIGINT', 'SIGINT')
  assert.equal(await code, 128 + 2)
})

test('shutdown: the same Ctrl-C from terminal, npm and launcher is one signal', async () => {
  const drained = Promise.withResolvers<void>()
  const { signals, code } = start({ drain: () => drained.promise })
  signals.emit('SIGINT', 'SIGINT')
  signals.emit('SIGINT', 'SIGINT')
  await vi.advanceTimersByTimeAsync(200)
  signals.emit('SIGINT', 'SIGINT')
  drained.resolve()
  assert.equal(await code, 0)
})

test('shutdown: a drain that fails still closes, and ends with code 1 and a line', async () => {
  const { steps, signals, code } = start({ drain: () => Promise.reject(new Error('disk full')) })
  signals.emit('SIGTERM', 'SIGTERM')
  assert.equal(await code, 1)
  assert.deepEqual(steps, ['SERVER_STOPPING', 'close', 'SERVER_STOP_FAILED'])
})
