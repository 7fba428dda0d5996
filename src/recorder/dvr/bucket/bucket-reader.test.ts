import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../../../test/support/fake-clock.ts'
import { MemoryStore } from '../../../../test/support/memory-store.ts'
import { seededBytes } from '../../../../test/support/seeded-bytes.ts'
import type { Log } from '../../../contracts/log.ts'
import { BucketReader } from './bucket-reader.ts'
import { BucketReport } from './bucket-report.ts'

const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log }
const bytes = Buffer.from(seededBytes(1, 3_000_000))
/** Where a segment is in the object. */
const [from, to] = [1000, 2_900_000]

function reading() {
  const store = new MemoryStore()
  store.objects.set('object', bytes)
  return { store, reader: new BucketReader(store, new FakeClock(), new BucketReport(log, store.place)) }
}

async function allOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const found: Uint8Array[] = []
  for await (const piece of pieces) found.push(piece)
  return Buffer.concat(found)
}

test('bucket reader: a segment is read piece by piece, as it is asked for, and each piece once for all', async () => {
  const { store, reader } = reading()
  const segment = (await reader.open('object', from, to)) ?? assert.fail('not there')
  assert.deepEqual([segment.size, store.requests.length], [to - from, 1])
  for await (const piece of segment.read(0, segment.size)) {
    assert.deepEqual([piece.length, store.requests.length], [512 * 1024, 1])
    break
  }
  const both = await Promise.all([1, 2].map(() => allOf(segment.read(0, segment.size))))
  for (const whole of both) assert.ok(whole.equals(bytes.subarray(from, to)))
  for (const [start, end] of [
    [524_287, 524_289],
    [600_000, 600_001],
    [2_000_000, segment.size],
    [5, 5],
  ] as const) {
    assert.ok((await allOf(segment.read(start, end))).equals(bytes.subarray(from + start, from + end)))
  }
  assert.equal(store.requests.length, 6)
})

test('bucket reader: what is not there, or cannot be read, is told before anything is sent', async () => {
  const { store, reader } = reading()
  assert.equal(await reader.open('another', from, to), undefined)
  store.problem = 'nobody listens there'
  await assert.rejects(reader.open('object', from, to), { statusCode: 503, retryAfter: 5 })
})

test('bucket reader: an object that goes while it is sent breaks that off', async () => {
  const { store, reader } = reading()
  const segment = (await reader.open('object', from, to)) ?? assert.fail('not there')
  store.objects.clear()
  await assert.rejects(allOf(segment.read(0, segment.size)), { name: 'FileError', message: /there no more$/ })
})
