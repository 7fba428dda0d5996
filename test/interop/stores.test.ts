import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Kysely, sql } from 'kysely'
import { afterAll, beforeAll, test } from 'vitest'
import type { Change, Store } from '../../src/contracts/store.ts'
import { StoreError } from '../../src/core/errors.ts'
import { openStore } from '../../src/store/create-store.ts'
import { openMysql } from '../../src/store/sql/mysql-database.ts'
import { openPostgres } from '../../src/store/sql/postgres-database.ts'
import { parseStoreUrl } from '../../src/store/store-url.ts'
import { type StorePlace, storeConformance } from '../conformance/store.ts'
import { MariadbServer } from '../support/mariadb-server.ts'
import { MongoServer } from '../support/mongo-server.ts'
import { pollUntil } from '../support/polling.ts'
import { freePort } from '../support/ports.ts'
import { databasePassword, PostgresServer } from '../support/postgres-server.ts'
import { SilentServer } from '../support/silent-server.ts'
import { SocketLink } from '../support/socket-link.ts'

let postgres: PostgresServer
let mariadb: MariadbServer
let mongo: { readonly url: string }
const started = new AsyncDisposableStack()

beforeAll(async () => {
  const starting = [PostgresServer.start(), MariadbServer.start()] as const
  postgres = started.use(await starting[0])
  mariadb = started.use(await starting[1])
  const realMongo = process.env['SLUICE_TEST_MONGODB_URL']
  mongo = realMongo === undefined ? started.use(await MongoServer.start()) : { url: realMongo }
})

afterAll(() => started.disposeAsync())

function openUrl(text: string, timeout = 5000): Store {
  const url = parseStoreUrl(text)
  if (url === undefined) throw new RangeError(`Cannot open ${text}: it is no URL of a store`)
  return openStore(url, timeout)
}

function disposable(store: Store): Store & AsyncDisposable {
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() })
}

function databaseOf(url: string): string {
  return new URL(url).pathname.slice(1)
}

/** A new database for each test. */
async function openPlace(server: { createDatabase(): Promise<string> }): Promise<StorePlace> {
  const url = await server.createDatabase()
  const open = async (): Promise<Store> => openUrl(url)
  return { open, openBeside: open, [Symbol.asyncDispose]: async () => undefined }
}

/** What a store says that cannot be used, without anything secret. */
async function problemOf(url: string, timeout?: number): Promise<string> {
  const store = openUrl(url, timeout)
  try {
    await store.apply([put])
  } catch (error) {
    assert.ok(error instanceof StoreError, String(error))
    assert.equal(error.fault, 'unavailable')
    for (const secret of [databasePassword, encodeURIComponent(databasePassword), 'wrong-word']) {
      assert.ok(!error.message.includes(secret), error.message)
    }
    return error.message
  } finally {
    await store.close()
  }
  assert.fail('no problem')
}

const put: Change = { kind: 'put', collection: 'streams', key: 'a', value: {}, expected: 'anything' }

storeConformance('PostgreSQL store', () => openPlace(postgres))
storeConformance('MariaDB store', () => openPlace(mariadb))
storeConformance('MongoDB store', () => {
  const name = `sluice_test_${randomUUID()}`
  return openPlace({ createDatabase: async () => mongo.url.replace(/\/?(?=\?|$)/, `/${name}`) })
})

test('PostgreSQL store: why it cannot be used is said', async () => {
  const url = await postgres.createDatabase()
  assert.match(await problemOf(postgres.urlOf('none')), /postgres:\/\/localhost\/none: the database does not exist/)
  assert.match(await problemOf(postgres.urlOf('postgres', 'wrong-word')), /the password is wrong/)
  assert.match(await problemOf(url.replace(postgres.folder, `${postgres.folder}/none`)), /no such file or socket/)
  await postgres.query("create role guest login password 'x'")
  assert.match(await problemOf(url.replace(/sluice:[^@]+/, 'guest:x')), /the user lacks a right/)
})

test('PostgreSQL store: a later version has changed its tables', async () => {
  const url = await postgres.createDatabase()
  await using store = disposable(openUrl(url))
  await store.apply([put])
  await postgres.query("insert into sluice_migrations values ('999-later', '2030-01-01')", databaseOf(url))
  await using other = disposable(openUrl(url))
  await assert.rejects(other.list('streams'), { fault: 'damaged', message: /a later version .* \(999-later\)/ })
})

test('MariaDB store: why it cannot be used is said', async () => {
  const url = await mariadb.createDatabase()
  assert.match(await problemOf(mariadb.urlOf('none')), /mysql:\/\/localhost\/none: the database does not exist/)
  assert.match(await problemOf(mariadb.urlOf('mysql', 'sluice', 'wrong-word')), /the user or the password is wrong/)
  assert.match(await problemOf(url.replace(mariadb.socket, '/none')), /no such file or socket/)
  await mariadb.query("create user guest identified by 'x'")
  assert.match(await problemOf(url.replace(/sluice:[^@]+/, 'guest:x')), /the user may not use the database/)
})

test('stores: a server that nobody runs, and one that does not answer', async () => {
  const port = await freePort()
  for (const scheme of ['postgres', 'mysql', 'mongodb']) {
    assert.match(await problemOf(`${scheme}://a:b@127.0.0.1:${port}/live`, 500), /connection refused/)
  }
  await using silent = await SilentServer.start()
  for (const scheme of ['postgres', 'mysql', 'mongodb']) {
    assert.match(await problemOf(`${scheme}://a:b@127.0.0.1:${silent.port}/live`, 300), /Cannot use the store/)
  }
})

/** The same database over a TCP port. */
function throughPort(text: string, port: number): string {
  const url = new URL(text)
  const user = url.username === '' ? '' : `${url.username}:${url.password}@`
  return `${url.protocol}//${user}127.0.0.1:${port}${url.pathname}`
}

const shared = {
  PostgreSQL: async () => ({ url: await postgres.createDatabase(), target: postgres.socket }),
  MariaDB: async () => ({ url: await mariadb.createDatabase(), target: mariadb.socket }),
  MongoDB: async () => ({ url: `${mongo.url}/silent`, target: Number(new URL(mongo.url).port) }),
}

for (const [name, openDatabase] of Object.entries(shared)) {
  test(`${name} store: who waits for a server that falls silent is told, and it is used again when it speaks`, async () => {
    const { url, target } = await openDatabase()
    await using link = await SocketLink.open(target)
    await using store = disposable(openUrl(throughPort(url, link.port), 400))
    await store.apply([put])
    link.fallSilent()
    const attempts = [store.apply([put]), store.list('streams'), store.state(), store.apply([])]
    for (const attempt of await Promise.allSettled(attempts)) {
      assert.equal(attempt.status, 'rejected')
      assert.ok(attempt.reason instanceof StoreError && attempt.reason.fault === 'unavailable')
      assert.doesNotMatch(attempt.reason.message, /not queryable|closed state/)
    }
    link.speak()
    await pollUntil('the store', () => store.apply([put]).catch(() => undefined))
    assert.equal((await store.list('streams')).length, 1)
  })
}

const locking = {
  PostgreSQL: { openDatabase: shared.PostgreSQL, load: openPostgres },
  MariaDB: { openDatabase: shared.MariaDB, load: openMysql },
}

for (const [name, { openDatabase, load }] of Object.entries(locking)) {
  test(`${name} store: a server that vanishes in the midst of a change holds up no other`, async () => {
    const { url, target } = await openDatabase()
    const link = await SocketLink.open(target)
    await using store = disposable(openUrl(url))
    await store.apply([put])
    const server = parseStoreUrl(throughPort(url, link.port))
    assert.ok(server !== undefined && 'port' in server)
    const vanishing = new Kysely({ dialect: (await load(server, 500)).dialect })
    await vanishing.connection().execute(async connection => {
      await sql`begin`.execute(connection)
      await sql`update sluice_state set revision = 'held'`.execute(connection)
      link.fallSilent()
      await store.apply([put])
    })
    await link[Symbol.asyncDispose]()
    await vanishing.destroy()
  })
}
