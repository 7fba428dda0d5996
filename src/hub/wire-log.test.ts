import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { RecordFlags } from '../contracts/wire-format.ts'
import type { LogLimits } from './log-limits.ts'
import { WireCursor } from './wire-cursor.ts'
import { WireLog } from './wire-log.ts'

const limits: LogLimits = { gopBytes: 10_000, gopTime: 10_000, gopFrames: 1000, lagBytes: 5000, lagTime: 3000 }
const plain: RecordFlags = { isJoinPoint: false, isRestart: false }
const key: RecordFlags = { isJoinPoint: true, isRestart: false }

function write(log: WireLog, size: number, time: number, flags: RecordFlags = plain): void {
  const at = log.reserve(size)
  log.bytes.fill(time & 0xff, at, at + size)
  log.commit(time, 7, flags, [])
}

/** Everything that the cursor reads until the end of the log. */
function drain(cursor: WireCursor): Buffer {
  const pieces: Buffer[] = []
  for (let run = cursor.take(); run !== undefined; run = cursor.take()) pieces.push(run.bytes)
  return Buffer.concat(pieces)
}

test('wire log: a cursor waits for a join point and starts there', () => {
  const log = new WireLog(limits)
  const cursor = new WireCursor(log)
  write(log, 10, 1)
  assert.equal(cursor.start(), undefined)
  write(log, 20, 2, key)
  write(log, 30, 3)
  const join = cursor.start()
  assert.equal(join?.time, 2)
  assert.deepEqual(drain(cursor), Buffer.concat([Buffer.alloc(20, 2), Buffer.alloc(30, 3)]))
  assert.equal(cursor.isBehind, false)
})

test('wire log: readers at one position get the very same buffer', () => {
  const log = new WireLog(limits)
  const cursors = [new WireCursor(log), new WireCursor(log)]
  write(log, 10, 1, key)
  for (const cursor of cursors) cursor.start()
  const [first, second] = cursors.map(cursor => cursor.take()?.bytes)
  assert.ok(first !== undefined)
  assert.equal(first, second)
})

test('wire log: bytes that were read are never changed by later records', () => {
  const log = new WireLog({ ...limits, gopBytes: 1e9, lagBytes: 1e9 })
  const cursor = new WireCursor(log)
  write(log, 1000, 1, key)
  cursor.start()
  const early = cursor.take()?.bytes
  for (let i = 2; i < 2000; i++) write(log, 1000, i)
  assert.deepEqual(early, Buffer.alloc(1000, 1))
  assert.equal(drain(cursor).length, 1998 * 1000)
})

test('wire log: a record larger than a segment gets a segment of its own', () => {
  const log = new WireLog({ ...limits, gopBytes: 1e9 })
  const cursor = new WireCursor(log)
  write(log, 3_000_000, 1, key)
  write(log, 5, 2)
  cursor.start()
  assert.equal(drain(cursor).length, 3_000_005)
})

test('wire log: a group of pictures beyond the limits is not offered to new readers', () => {
  const log = new WireLog(limits)
  write(log, 10, 0, key)
  write(log, 10, 10_000)
  const joinTime = (): number | undefined => log.join?.time
  assert.equal(joinTime(), 0)
  write(log, 10, 10_001)
  assert.equal(joinTime(), undefined)
  write(log, 10, 10_002, key)
  assert.equal(joinTime(), 10_002)
})

test('wire log: a slow reader jumps to the newest key frame and its loss is counted', () => {
  const log = new WireLog(limits)
  const cursor = new WireCursor(log)
  write(log, 10, 0, key)
  cursor.start()
  drain(cursor)
  for (let time = 100; time <= 3100; time += 100) write(log, 10, time, time === 2000 ? key : plain)
  assert.equal(cursor.lag, 3100)
  cursor.keepUp()
  assert.ok(cursor.isWaiting)
  assert.equal(cursor.lag, 0)
  assert.equal(cursor.start()?.time, 2000)
  assert.equal(cursor.dropped, 19)
})

test('wire log: a reader that dropped out never goes back to a key frame that it has read', () => {
  const log = new WireLog(limits)
  const cursor = new WireCursor(log)
  write(log, 10, 0, key)
  cursor.start()
  drain(cursor)
  write(log, 6000, 100)
  cursor.keepUp()
  assert.equal(cursor.start(), undefined)
  write(log, 10, 200, key)
  assert.equal(cursor.start()?.time, 200)
  assert.equal(cursor.dropped, 1)
})

test('wire log: lag limits hold in bytes and in media time', () => {
  for (const [size, time, waits] of [
    [4900, 100, false],
    [5001, 100, true],
    [10, 3000, false],
    [10, 3001, true],
  ] as const) {
    const log = new WireLog(limits)
    const cursor = new WireCursor(log)
    write(log, 10, 0, key)
    cursor.start()
    drain(cursor)
    write(log, size, time)
    cursor.keepUp()
    assert.equal(cursor.isWaiting, waits, `${size} bytes, ${time} ms`)
  }
})

test('wire log: positions, times and tags of records can be looked up', () => {
  const log = new WireLog(limits)
  for (let i = 0; i < 300; i++) write(log, 2, i, i === 0 ? key : plain)
  const { tail } = log
  assert.equal(tail.recordCount, 300)
  assert.equal(tail.startOf(299), 598)
  assert.equal(tail.startOf(300), 600)
  assert.equal(tail.timeOf(299), 299)
  assert.equal(tail.tagOf(299), 7)
})

test('wire log: a reader far behind gets its records in runs of a bounded size, and all of them', () => {
  const log = new WireLog({ ...limits, gopBytes: 1e9, lagBytes: 1e9 })
  const cursor = new WireCursor(log)
  write(log, 700_000, 0, key)
  for (let i = 1; i <= 100; i++) write(log, 10_000, i)
  cursor.start()
  const sizes: number[] = []
  for (let run = cursor.take(); run !== undefined; run = cursor.take()) sizes.push(run.bytes.length)
  assert.equal(
    sizes.reduce((sum, size) => sum + size),
    1_700_000,
  )
  assert.equal(sizes[0], 700_000)
  assert.ok(sizes.slice(1).every(size => size <= 256 * 1024))
  assert.ok(sizes.length < 10)
})
