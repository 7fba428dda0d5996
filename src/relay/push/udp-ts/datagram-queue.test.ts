import assert from 'node:assert/strict'
import { test } from 'vitest'
import { DatagramQueue } from './datagram-queue.ts'

/** One packet of bytes that all say `fill`. */
function put(queue: DatagramQueue, time: number, fill: number): void {
  const at = queue.place(time)
  queue.bytes.fill(fill, at, at + 188)
}

const all = (queue: DatagramQueue, time = Number.POSITIVE_INFINITY): Buffer[] => {
  const taken: Buffer[] = []
  for (let next = queue.take(time); next !== undefined; next = queue.take(time)) taken.push(Buffer.from(next))
  return taken
}

test('datagram queue: packets go out by so many, at the time of the last one', () => {
  const queue = new DatagramQueue({ packets: 3, isRtp: false })
  for (let i = 0; i < 7; i++) put(queue, i, i)
  assert.deepEqual(all(queue, 1), [])
  assert.deepEqual(
    all(queue, 2).map(({ length }) => length),
    [564],
  )
  assert.equal(queue.span, 1)
  const [second = assert.fail(), ...rest] = all(queue)
  assert.deepEqual([second[0], second[188], second[563]], [3, 4, 5])
  assert.equal(rest.length, 0)
  queue.close()
  assert.deepEqual(
    all(queue).map(bytes => [bytes.length, bytes[0]]),
    [[188, 6]],
  )
  assert.ok(queue.isEmpty)
})

test('datagram queue: a datagram that is not full does not wait for long', () => {
  const queue = new DatagramQueue({ packets: 7, isRtp: false })
  put(queue, 0, 1)
  put(queue, 100, 2)
  assert.ok(queue.isEmpty)
  put(queue, 101, 3)
  assert.deepEqual(
    all(queue).map(({ length }) => length),
    [376],
  )
})

test('datagram queue: over RTP each has the next number and the time of its first packet', () => {
  const queue = new DatagramQueue({ packets: 2, isRtp: true })
  for (let i = 0; i < 6; i++) put(queue, i * 10, i)
  const headers = all(queue).map(bytes => {
    assert.deepEqual([bytes.length, bytes[0], bytes[1]], [12 + 376, 0x80, 33])
    return [bytes.readUInt16BE(2), bytes.readUInt32BE(4), bytes.readUInt32BE(8)] as const
  })
  const [[number, timestamp, ssrc] = assert.fail()] = headers
  assert.deepEqual(
    headers.map(header => [(header[0] - number + 2 ** 16) % 2 ** 16, (header[1] - timestamp + 2 ** 32) % 2 ** 32]),
    [0, 1, 2].map(i => [i, i * 1800]),
  )
  assert.ok(headers.every(header => header[2] === ssrc))
})

test('datagram queue: what has been handed out stays as it was', () => {
  const queue = new DatagramQueue({ packets: 1, isRtp: false })
  const kept: (readonly [number, Uint8Array])[] = []
  for (let i = 0; i < 2000; i++) {
    put(queue, i, i & 0xff)
    kept.push([i & 0xff, queue.take(i) ?? assert.fail()])
  }
  for (const [fill, bytes] of kept) assert.ok(bytes.every(byte => byte === fill))
})
