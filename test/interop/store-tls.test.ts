import assert from 'node:assert/strict'
import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { openStore } from '../../src/store/create-store.ts'
import { parseStoreUrl } from '../../src/store/store-url.ts'
import { certificatePath } from '../support/certificate-fixture.ts'
import { MariadbServer } from '../support/mariadb-server.ts'
import { freePort } from '../support/ports.ts'
import { databasePassword, giveToPostgres, PostgresServer } from '../support/postgres-server.ts'

const ours = certificatePath('server', 'crt')
const another = certificatePath('renewed', 'crt')

/** Why a store cannot be used; `undefined` if it can. */
async function problemOf(text: string): Promise<string | undefined> {
  const url = parseStoreUrl(text) ?? assert.fail(text)
  const store = openStore(url, 5000)
  try {
    await store.list('streams')
    return undefined
  } catch (error) {
    return String(error)
  } finally {
    await store.close()
  }
}

/** What holds for both servers, which take no connection that is not encrypted. */
async function checkTls(base: string): Promise<void> {
  assert.equal(await problemOf(`${base}?sslmode=require`), undefined)
  assert.equal(await problemOf(`${base}?sslrootcert=${ours}`), undefined)
  assert.match(
    (await problemOf(`${base}?sslmode=verify-full`)) ?? '',
    /certificate is signed by itself|self-signed certificate/,
  )
  assert.match(
    (await problemOf(`${base}?sslrootcert=${another}`)) ?? '',
    /certificate is signed by|self-signed certificate/,
  )
  assert.match((await problemOf(`${base}?sslrootcert=/none`)) ?? '', /no such file/)
  assert.match((await problemOf(base)) ?? '', /StoreError: Cannot use the store/)
}

test('PostgreSQL store: over TLS, to a server that proves who it is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-tls-'))
  const [key, access] = [join(folder, 'key'), join(folder, 'hba')]
  await copyFile(certificatePath('server', 'key'), key)
  await chmod(key, 0o600)
  await writeFile(access, 'hostssl all all 127.0.0.1/32 scram-sha-256\n')
  await giveToPostgres(folder, key, access)
  const port = await freePort()
  const settings = { listen_addresses: '127.0.0.1', port, ssl: 'on', ssl_cert_file: ours, ssl_key_file: key }
  const flags = Object.entries({ ...settings, hba_file: access }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  {
    await using _ = await PostgresServer.start(...flags)
    const place = `postgres://sluice:${encodeURIComponent(databasePassword)}@127.0.0.1:${port}/postgres`
    await checkTls(place)
  }
  await rm(folder, { recursive: true })
})

test('MariaDB store: over TLS, to a server that proves who it is', async () => {
  const port = await freePort()
  const tls = [`--ssl-cert=${ours}`, `--ssl-key=${certificatePath('server', 'key')}`, '--require-secure-transport=1']
  const address = ['--skip-networking=0', '--bind-address=127.0.0.1', `--port=${port}`]
  await using server = await MariadbServer.start(...address, ...tls)
  await server.createDatabase()
  await checkTls(`mysql://sluice:${encodeURIComponent(databasePassword)}@localhost:${port}/test_1`)
})
