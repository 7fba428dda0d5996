import assert from 'node:assert/strict'
import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { seededBytes } from '../../../test/support/seeded-bytes.ts'
import { machineDvrDisk, openFile } from './dvr-disk.ts'

const size = 1_000_000
const bytes = Buffer.from(seededBytes(1, size))

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-dvr-'))
  await writeFile(join(dir, 'file'), bytes)
})
afterEach(() => rm(dir, { recursive: true }))

/** The disk, and what is open on it. */
function counted() {
  const count = { open: 0, read: 0 }
  const disk = {
    ...machineDvrDisk,
    open: async (path: string) => {
      const file = await open(path)
      count.open++
      return {
        read: async (into: Uint8Array, offset: number, length: number, position: number) => {
          count.read += length
          return file.read(into, offset, length, position)
        },
        close: async () => {
          count.open--
          await file.close()
        },
      }
    },
  }
  return { disk, count }
}

test('dvr disk: a file is read piece by piece, from anywhere to anywhere, as it is asked for', async () => {
  const { disk, count } = counted()
  const file = (await openFile(disk, dir, 'file')) ?? assert.fail('not there')
  assert.deepEqual([file.size, count.open], [size, 0])
  for (const [start, end] of [
    [0, size],
    [500_000, 500_001],
    [999_999, size],
    [7, 7],
  ] as const) {
    const pieces: Uint8Array[] = []
    for await (const piece of file.read(start, end)) pieces.push(piece)
    assert.ok(Buffer.concat(pieces).equals(bytes.subarray(start, end)), `${start} to ${end}`)
  }
  count.read = 0
  for await (const piece of file.read(0, size)) {
    assert.deepEqual([count.open, count.read, piece.length], [1, piece.length, 128 * 1024])
    break
  }
  assert.equal(count.open, 0)
})

test('dvr disk: a file that is gone, or has become shorter, is broken off and closed', async () => {
  const { disk, count } = counted()
  assert.equal(await openFile(disk, dir, 'another'), undefined)
  const file = (await openFile(disk, dir, 'file')) ?? assert.fail('not there')
  const readAll = async (): Promise<number> => {
    let read = 0
    for await (const piece of file.read(0, size)) read += piece.length
    return read
  }
  await truncate(join(dir, 'file'), 300_000)
  await assert.rejects(readAll, { name: 'FileError', message: /it must have 1000000 bytes, has 300000$/ })
  await rm(join(dir, 'file'))
  await assert.rejects(readAll, { code: 'ENOENT' })
  assert.equal(count.open, 0)
})
