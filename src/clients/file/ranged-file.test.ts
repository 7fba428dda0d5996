import assert from 'node:assert/strict'
import { test } from 'vitest'
import { seededBytes, seededRandom } from '../../../test/support/seeded-bytes.ts'
import { ConnectionError, ProtocolError } from '../../core/errors.ts'
import { blockSize, type RangedBytes, RangedFile } from './ranged-file.ts'

/** Bytes that begin like FLV, and whoever asks for them. */
class Remote implements RangedBytes {
  readonly name = 'film.flv'
  readonly bytes: Uint8Array
  readonly asked: number[] = []
  /** Blocks that cannot be had, and how often. */
  readonly failures = new Map<number, number>()

  constructor(size: number) {
    this.bytes = seededBytes(7, size)
    this.bytes.set(Buffer.from('FLV'))
  }

  get size(): number {
    return this.bytes.length
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    const block = start / blockSize
    this.asked.push(block)
    const left = this.failures.get(block) ?? 0
    this.failures.set(block, left - 1)
    if (left > 0) throw new ConnectionError('Cannot go on: the test says so')
    return this.bytes.slice(start, end)
  }
}

const size = 7 * blockSize + 1000

test('ranged file: its pieces are its bytes, each asked for once', async () => {
  const remote = new Remote(size)
  const file = await RangedFile.open(remote)
  assert.equal(file.container, 'flv')
  const pieces: Uint8Array[] = []
  for await (const piece of file.pieces()) pieces.push(piece.slice())
  assert.ok(Buffer.concat(pieces).equals(remote.bytes))
  assert.deepEqual(remote.asked, [0, 1, 2, 3, 4, 5, 6, 7])
  assert.equal(file.bytesRead, size)
})

test('ranged file: it can be read anywhere, over the ends of blocks too', async () => {
  const remote = new Remote(size)
  const file = await RangedFile.open(remote)
  const random = seededRandom(3)
  for (let round = 0; round < 200; round++) {
    const at = Math.floor(random() * size)
    const length = Math.floor(random() ** 4 * (size - at))
    const bytes = Buffer.from(await file.readAt(at, length))
    assert.ok(bytes.equals(remote.bytes.subarray(at, at + length)), `${length} bytes at ${at}`)
  }
})

test('ranged file: tracks that lie apart are read side by side without asking twice', async () => {
  const remote = new Remote(size)
  const file = await RangedFile.open(remote)
  for (let at = 0; at + 5000 + 4 * blockSize < size; at += 10_000) {
    await file.readAt(at, 5000)
    await file.readAt(4 * blockSize + at, 5000)
  }
  assert.deepEqual(
    remote.asked.toSorted((a, b) => a - b),
    [0, 1, 2, 3, 4, 5, 6, 7],
  )
  await assert.rejects(file.readAt(size - 10, 11), ProtocolError)
})

test('ranged file: what could not be had in advance is asked for again when it is needed', async () => {
  const remote = new Remote(size)
  remote.failures.set(1, 1)
  const file = await RangedFile.open(remote)
  assert.ok(Buffer.from(await file.readAt(0, size)).equals(remote.bytes))
  remote.failures.set(3, 2)
  const again = await RangedFile.open(remote)
  await assert.rejects(again.readAt(0, size), ConnectionError)
})

test('ranged file: what begins like no container, and what is cut short, is told', async () => {
  const remote = new Remote(2000)
  remote.bytes.set(Buffer.from('GIF'))
  await assert.rejects(RangedFile.open(remote), /^FileError: Cannot read film\.flv: it must be FLV/)
  const short: RangedBytes = { name: 'x', size: 1000, read: async () => new Uint8Array(999) }
  await assert.rejects(RangedFile.open(short), /1000 bytes were asked for, 999 came/)
})
