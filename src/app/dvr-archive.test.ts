import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import { createArchive } from './dvr-archive.ts'

const usual = {
  ...{ bucket: 'b', endpoint: 'https://host:9000', region: 'eu-1', prefix: '', pathStyle: true, timeout: 1000 },
  ...{ accessKey: 'access', secretKey: 'secret', secretKeyFile: '', all: true, maxAge: 0, objectDuration: 60_000 },
}
const parts = { clock: new FakeClock(), log: new KeptLog() }

test('dvr archive: without a bucket there is none', () => {
  assert.equal(createArchive({ ...usual, bucket: '' }, parts), undefined)
})

test('dvr archive: the secret key may be in a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-secret-'))
  const secretKeyFile = join(folder, 'key')
  await writeFile(secretKeyFile, 'secret\n')
  assert.equal(createArchive({ ...usual, secretKey: '', secretKeyFile }, parts)?.store.place, 'host:9000/b')
  await rm(folder, { recursive: true })
})

for (const [what, changed, message] of [
  ['a key without its secret', { secretKey: '' }, /dvr.archive.secretKey must be there too, is empty$/],
  ['a secret without its key', { accessKey: '' }, /dvr.archive.accessKey must be there too, is empty$/],
  ['two secrets', { secretKeyFile: 'file' }, /dvr.archive.secretKey must be empty then$/],
  ['a file that is not there', { secretKey: '', secretKeyFile: '/none' }, /the file cannot be read: ENOENT/],
] as const) {
  test(`dvr archive: ${what} is a fault of the configuration`, () => {
    assert.throws(() => createArchive({ ...usual, ...changed }, parts), { code: 'ERR_CONFIG', message })
  })
}
