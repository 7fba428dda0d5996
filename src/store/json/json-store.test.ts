import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { type StorePlace, storeConformance } from '../../../test/conformance/store.ts'
import type { Change } from '../../contracts/store.ts'
import { JsonStore } from './json-store.ts'

async function openPlace(): Promise<StorePlace & { readonly path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-store-'))
  const path = join(folder, 'data', 'sluice.json')
  return {
    path,
    open: async () => new JsonStore(path),
    // A file belongs to one server.
    openBeside: async store => store,
    [Symbol.asyncDispose]: async () => rm(folder, { recursive: true }),
  }
}

const put = (key: string, n: number): Change => ({
  ...{ kind: 'put', collection: 'streams', key, value: { n }, expected: 'anything' },
})

storeConformance('JSON store', openPlace)

test('JSON store: the file is for its owner alone, for people to read, and nothing is left beside it', async () => {
  await using place = await openPlace()
  const store = await place.open()
  await store.apply([put('live/test', 1)])
  assert.equal((await stat(place.path)).mode & 0o777, 0o600)
  assert.deepEqual(await readdir(join(place.path, '..')), ['sluice.json'])
  const file = JSON.parse(await readFile(place.path, 'utf8'))
  assert.deepEqual(file.collections.streams['live/test'].value, { n: 1 })
})

test('JSON store: what somebody edits by hand is there, and is not written over', async () => {
  await using place = await openPlace()
  const store = await place.open()
  await store.apply([put('live/test', 1)])
  await writeFile(place.path, (await readFile(place.path, 'utf8')).replaceAll('"n": 1', '"n": 22'))
  await store.apply([put('other', 3)])
  assert.deepEqual(
    (await store.list('streams')).map(({ value }) => value),
    [{ n: 22 }, { n: 3 }],
  )
})

test('JSON store: a file that is broken, of a later version, or of something else is refused and left alone', async () => {
  await using place = await openPlace()
  const store = await place.open()
  await store.apply([put('live/test', 1)])
  const texts = {
    '{"format": 1,': /is no JSON/,
    '{"format": 2, "collections": {}}': /a later version wrote it \(format 2\)/,
    '[]': /not of this form/,
    '{"format": 1, "collections": {"streams": {"a": {"revision": 1}}}}': /not of this form/,
  }
  for (const [text, message] of Object.entries(texts)) {
    await writeFile(place.path, text)
    await assert.rejects(store.list('streams'), { code: 'ERR_STORE', fault: 'damaged', message })
    await assert.rejects(store.apply([put('live/test', 2)]), { code: 'ERR_STORE', fault: 'damaged', message })
    assert.equal(await readFile(place.path, 'utf8'), text)
  }
})

test('JSON store: a folder that cannot be written refuses changes until it can', async () => {
  await using place = await openPlace()
  const store = await place.open()
  await store.apply([put('live/test', 1)])
  // Root may write everywhere, but no file where a folder is.
  await rm(join(place.path, '..'), { recursive: true })
  await writeFile(join(place.path, '..'), '')
  await assert.rejects(store.apply([put('live/test', 2)]), { code: 'ERR_STORE', fault: 'unavailable' })
  await rm(join(place.path, '..'))
  await store.apply([put('live/test', 3)])
  assert.deepEqual(
    (await store.list('streams')).map(({ value }) => value),
    [{ n: 3 }],
  )
})
