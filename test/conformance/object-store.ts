import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { ObjectFacts, ObjectSource, ObjectStore } from '../../src/contracts/object-store.ts'
import { seededBytes } from '../support/seeded-bytes.ts'

export type ObjectStoreHarness = AsyncDisposable & {
  readonly store: ObjectStore
  /** Larger than what the store sends at once. */
  readonly largeSize: number
}

/** Bytes of memory as they are read from a disk. */
export function sourceOf(bytes: Uint8Array): ObjectSource {
  return { size: bytes.length, read: async (start, end) => bytes.slice(start, end) }
}

async function allOf(objects: AsyncIterable<ObjectFacts>): Promise<readonly ObjectFacts[]> {
  const found: ObjectFacts[] = []
  for await (const object of objects) found.push(object)
  return found
}

const type = 'application/octet-stream'
/** With what has to be escaped in URLs and in XML. */
const oddKeys = ['a/@dvr/2026-11-21T09/video-1.mp4', 'a/b c+d&e=f%20;ü', 'a/~']

/** What every object store does. */
export function testObjectStore(name: string, open: () => Promise<ObjectStoreHarness>): void {
  testObjects(name, open)
  testPieces(name, open)
}

function testObjects(name: string, open: () => Promise<ObjectStoreHarness>): void {
  test(`${name}: what was put is there, as it was, under keys of all kinds`, async () => {
    await using harness = await open()
    const { store } = harness
    for (const [i, key] of oddKeys.entries()) {
      const bytes = seededBytes(1, 1000 + i)
      await store.put(key, sourceOf(bytes), type)
      assert.equal(await store.sizeOf(key), bytes.length)
      assert.ok(Buffer.from(bytes).equals((await store.read(key, 0, bytes.length)) ?? assert.fail(key)))
    }
    assert.deepEqual((await allOf(store.list('a/'))).map(({ key }) => key).toSorted(), oddKeys.toSorted())
    await store.remove(oddKeys)
    assert.deepEqual(await allOf(store.list('')), [])
  })

  test(`${name}: what is not there is not there, and need not be removed`, async () => {
    await using harness = await open()
    const { store } = harness
    await store.put('there-and-more', sourceOf(seededBytes(1, 10)), type)
    assert.equal(await store.sizeOf('there'), undefined)
    assert.equal(await store.read('there', 0, 10), undefined)
    assert.equal(await store.holds('there', sourceOf(seededBytes(1, 10))), false)
    await store.remove(['there'])
    assert.deepEqual(await allOf(store.list('none')), [])
  })

  test(`${name}: keys with slashes are a tree of folders`, async () => {
    await using harness = await open()
    const { store } = harness
    const keys = ['z', 'a/b/c', 'a/b/d', 'a/e f/g', 'a/h', 'b/c', 'c/d/e/f/g']
    for (const key of keys) await store.put(key, sourceOf(seededBytes(1, 10)), type)
    for (const [prefix, names] of [
      ['', ['a', 'b', 'c']],
      ['c/d/', ['e']],
      ['a/', ['b', 'e f']],
      ['a/b/', []],
      ['none/', []],
    ] as const) {
      const found: string[] = []
      for await (const folder of store.folders(prefix)) found.push(folder)
      assert.deepEqual(found.sort(), names, prefix)
    }
    await store.remove(keys)
  })

  test(`${name}: what is put again replaces what was there`, async () => {
    await using harness = await open()
    const { store } = harness
    await store.put('twice', sourceOf(seededBytes(1, 100)), type)
    await store.put('twice', sourceOf(new Uint8Array(0)), type)
    assert.equal(await store.sizeOf('twice'), 0)
    assert.equal(await store.holds('twice', sourceOf(new Uint8Array(0))), true)
  })
}

function testPieces(name: string, open: () => Promise<ObjectStoreHarness>): void {
  test(`${name}: ranges are read, the last byte too`, async () => {
    await using harness = await open()
    const { store } = harness
    const bytes = seededBytes(1, 5000)
    await store.put('ranges', sourceOf(bytes), type)
    for (const [start, end] of [
      [0, 2],
      [4999, 5000],
      [1000, 3000],
      [7, 7],
      [0, 5000],
    ] as const) {
      assert.deepEqual(await store.read('ranges', start, end), Uint8Array.from(bytes.subarray(start, end)))
    }
  })

  test(`${name}: a large object is sent piece by piece, and recognized`, async () => {
    await using harness = await open()
    const { store, largeSize } = harness
    const bytes = seededBytes(1, largeSize)
    let longest = 0
    const source: ObjectSource = {
      size: largeSize,
      read: async (start, end) => {
        longest = Math.max(longest, end - start)
        return bytes.slice(start, end)
      },
    }
    await store.put('large', source, type)
    assert.ok(longest < largeSize, `${longest} bytes at once`)
    assert.ok(Buffer.from(bytes).equals((await store.read('large', 0, largeSize)) ?? assert.fail('not there')))
    assert.equal(await store.holds('large', source), true)
    const other = Uint8Array.from(bytes)
    other[largeSize - 1] = 1 + (other[largeSize - 1] ?? 0)
    assert.equal(await store.holds('large', sourceOf(other)), false)
  })

  test(`${name}: closed, it breaks off`, async () => {
    await using harness = await open()
    await harness.store.close()
    await harness.store.close()
    await assert.rejects(harness.store.sizeOf('any'), { code: 'ERR_CONNECTION' })
  })
}
