import assert from 'node:assert/strict'
import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { pollUntil } from '../../test/support/polling.ts'
import { scrape } from '../../test/support/scrape.ts'
import { diskMetrics } from './disk-metrics.ts'
import { type DiskRoom, DiskSpace } from './disk-space.ts'

/** Answers when the test says so. */
class ScriptedDisk {
  readonly clock = new FakeClock()
  readonly space = new DiskSpace({
    clock: this.clock,
    folders: { 'dvr.dir': 'kept' },
    ask: path => {
      assert.equal(path, 'kept')
      this.asked++
      return this.#answer.promise
    },
  })
  asked = 0
  #answer = Promise.withResolvers<DiskRoom>()

  async answer(answer: DiskRoom | Error): Promise<void> {
    const { promise, resolve, reject } = this.#answer
    this.#answer = Promise.withResolvers()
    if (answer instanceof Error) reject(answer)
    else resolve(answer)
    await promise.catch(() => undefined)
    await new Promise(setImmediate)
  }
}

test('disk space: asked for now and then, not for a scrape', async () => {
  const disk = new ScriptedDisk()
  disk.space.open()
  assert.doesNotMatch(await scrape(diskMetrics(disk.space)), /^sluice/m)
  await disk.answer({ free: 70, size: 100 })
  const text = await scrape(diskMetrics(disk.space))
  assert.match(text, /^sluice_disk_free_bytes\{folder="dvr\.dir"\} 70$/m)
  assert.match(text, /^sluice_disk_size_bytes\{folder="dvr\.dir"\} 100$/m)
  assert.equal(disk.asked, 1)
  disk.clock.advance(10_000)
  await disk.answer({ free: 60, size: 100 })
  assert.match(await scrape(diskMetrics(disk.space)), /^sluice_disk_free_bytes\{folder="dvr\.dir"\} 60$/m)
  assert.equal(disk.asked, 2)
})

test('disk space: of a disk that hangs nothing is said, and it is asked no more until it answers', async () => {
  const disk = new ScriptedDisk()
  disk.space.open()
  await disk.answer({ free: 70, size: 100 })
  disk.clock.advance(10_000)
  assert.deepEqual(disk.space.rooms, [['dvr.dir', { free: 70, size: 100 }]])
  disk.clock.advance(30_000)
  assert.deepEqual([disk.space.rooms, disk.asked], [[], 2])
  await disk.answer({ free: 50, size: 100 })
  assert.deepEqual(disk.space.rooms, [['dvr.dir', { free: 50, size: 100 }]])
  disk.clock.advance(10_000)
  assert.equal(disk.asked, 3)
})

test('disk space: of a folder that is gone nothing is said', async () => {
  const disk = new ScriptedDisk()
  disk.space.open()
  await disk.answer({ free: 70, size: 100 })
  disk.clock.advance(10_000)
  await disk.answer(new Error('ENOENT'))
  assert.deepEqual(disk.space.rooms, [])
})

test('disk space: a closed one asks no more', async () => {
  const disk = new ScriptedDisk()
  disk.space.open()
  await disk.answer({ free: 70, size: 100 })
  disk.space.close()
  disk.space.close()
  assert.equal(disk.clock.pendingCount, 0)
})

test('disk space: the machine is asked about the file system of each folder', async () => {
  const folders = { 'record.dir': tmpdir(), 'dvr.dir': join(tmpdir(), 'sluice-that-nobody-made') }
  const space = new DiskSpace({ folders, clock: new FakeClock() })
  space.open()
  const [key, room] = await pollUntil('the size of the disk', async () => space.rooms[0])
  const { blocks, bsize } = await statfs(tmpdir())
  assert.deepEqual([key, room.size, space.rooms.length], ['record.dir', blocks * bsize, 1])
  assert(room.free >= 0 && room.free <= room.size)
})
