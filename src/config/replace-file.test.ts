import assert from 'node:assert/strict'
import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, test } from 'vitest'
import { replaceFile } from './replace-file.ts'

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sluice-replace-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

test('replace file: the new text, with the rights of the old one, and nothing else is left', async () => {
  const path = await folder()
  const file = join(path, 'a')
  await writeFile(file, 'one')
  await chmod(file, 0o640)
  await replaceFile(file, 'two')
  assert.equal(await readFile(file, 'utf8'), 'two')
  assert.equal((await stat(file)).mode & 0o777, 0o640)
  assert.deepEqual(await readdir(path), ['a'])
})

test('replace file: a link stays a link', async () => {
  const path = await folder()
  await writeFile(join(path, 'real'), 'one')
  await symlink('real', join(path, 'link'))
  await replaceFile(join(path, 'link'), 'two')
  assert.ok((await lstat(join(path, 'link'))).isSymbolicLink())
  assert.equal(await readFile(join(path, 'real'), 'utf8'), 'two')
})

test('replace file: one that is not there is the error of the system', async () => {
  await assert.rejects(replaceFile(join(await folder(), 'gone'), 'x'), { code: 'ENOENT' })
})
