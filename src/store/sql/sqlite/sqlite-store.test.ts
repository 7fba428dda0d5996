import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { CompiledQuery, type Driver } from 'kysely'
import { test } from 'vitest'
import { type StorePlace, storeConformance } from '../../../../test/conformance/store.ts'
import type { Change } from '../../../contracts/store.ts'
import type { SqlDatabase } from '../sql-database.ts'
import { SqlStore } from '../sql-store.ts'
import { openSqlite } from './sqlite-database.ts'

async function openPlace(): Promise<StorePlace & { readonly path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-sqlite-'))
  const path = join(folder, 'data', 'sluice.db')
  const open = async (): Promise<SqlStore> => new SqlStore('sluice.db', () => openSqlite(path, 5000))
  return { path, open, openBeside: open, [Symbol.asyncDispose]: async () => rm(folder, { recursive: true }) }
}

const put = (key: string): Change => ({ kind: 'put', collection: 'streams', key, value: {}, expected: 'anything' })

storeConformance('SQLite store', openPlace)

test('SQLite store: the file is for its owner alone', async () => {
  await using place = await openPlace()
  const store = await place.open()
  await store.apply([put('a')])
  const names = await readdir(dirname(place.path))
  for (const name of names) assert.equal((await stat(join(dirname(place.path), name))).mode & 0o777, 0o600, name)
  await store.close()
})

test('SQLite store: a file of something else is refused and left alone', async () => {
  await using place = await openPlace()
  await mkdir(dirname(place.path))
  await writeFile(place.path, 'These are notes and no database, and they are longer than a header is.'.repeat(10))
  const before = await readFile(place.path)
  const store = await place.open()
  await assert.rejects(store.apply([put('a')]), { fault: 'damaged', message: /no SQLite database/ })
  assert.ok(before.equals(await readFile(place.path)))
  await store.close()
})

test('SQLite store: a file whose tables a later version has changed is refused', async () => {
  await using place = await openPlace()
  const store = await place.open()
  await store.apply([put('a')])
  await store.close()
  using database = new DatabaseSync(place.path)
  database.exec("insert into sluice_migrations (name, timestamp) values ('999-later', '2030-01-01T00:00:00.000Z')")
  const again = await place.open()
  const message = /a later version of Sluice has changed them \(999-later\)/
  await assert.rejects(again.list('streams'), { fault: 'damaged', message })
  await again.close()
})

test('SQLite store: a folder in the place of the file is said, and the store works once it is gone', async () => {
  await using place = await openPlace()
  await mkdir(place.path, { recursive: true })
  const store = await place.open()
  await assert.rejects(store.list('streams'), { fault: 'unavailable', message: /Cannot use the store .*EISDIR/ })
  await rmdir(place.path)
  assert.deepEqual(await store.list('streams'), [])
  await store.close()
})

test('SQLite store: a full disk is said as such, and what fits can be written', async () => {
  await using place = await openPlace()
  // Kysely has one connection: the limit holds for what follows on it.
  const load = async (): Promise<SqlDatabase> => {
    const database = await openSqlite(place.path, 5000)
    const driver = database.dialect.createDriver()
    const connection = await driver.acquireConnection()
    const createDriver = (): Driver => driver
    Object.assign(database.dialect, { createDriver })
    await connection.executeQuery(CompiledQuery.raw('pragma max_page_count = 20'))
    return database
  }
  const store = new SqlStore('sluice.db', load)
  const large: Change = { ...put('large'), kind: 'put', value: { text: 'x'.repeat(100_000) }, expected: 'anything' }
  const message = 'Cannot use the store sluice.db: the disk is full (SQLITE_FULL)'
  await assert.rejects(store.apply([large]), { fault: 'unavailable', message })
  await store.apply([put('small')])
  assert.deepEqual(
    (await store.list('streams')).map(({ key }) => key),
    ['small'],
  )
  await store.close()
})

test('SQLite store: who cannot write because somebody else does is told in time', async () => {
  await using place = await openPlace()
  const store = new SqlStore(place.path, () => openSqlite(place.path, 50))
  await store.apply([put('a')])
  using other = new DatabaseSync(place.path)
  other.exec('begin immediate')
  await assert.rejects(store.apply([put('b')]), { fault: 'unavailable', message: /another program holds it/ })
  assert.equal((await store.list('streams')).length, 1)
  other.exec('rollback')
  await store.apply([put('b')])
  await store.close()
})
