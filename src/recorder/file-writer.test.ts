import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { smallDisk } from '../../test/support/small-disk.ts'
import { FileRemovedError, FileWriter, machineDisk } from './file-writer.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-writer-'))
})
afterEach(() => rm(folder, { recursive: true }))

const nameOf = (attempt: number): string => join(folder, `${attempt}.flv`)

test('file writer: appends, and writes over what is there', async () => {
  const file = await FileWriter.create(nameOf, machineDisk)
  await file.append(Buffer.from('head-'))
  await file.append(Buffer.from('body'))
  await file.overwrite(0, Buffer.from('HE'))
  await file.overwrite(2, Buffer.from('AD'))
  assert.equal(file.size, 9)
  await file.finish()
  assert.equal(await readFile(file.path, 'utf8'), 'HEAD-body')
})

test('file writer: takes the first name that is free and leaves the others alone', async () => {
  await writeFile(nameOf(1), 'mine')
  const [second, third] = await Promise.all([
    FileWriter.create(nameOf, machineDisk),
    FileWriter.create(nameOf, machineDisk),
  ])
  assert.deepEqual([second.path, third.path].sort(), [nameOf(2), nameOf(3)])
  assert.equal(await readFile(nameOf(1), 'utf8'), 'mine')
  await second.finish()
  await third.finish()
})

test('file writer: notices that its file was removed', async () => {
  const file = await FileWriter.create(nameOf, machineDisk)
  await file.append(Buffer.from('a'))
  await unlink(file.path)
  await assert.rejects(file.append(Buffer.from('b')), FileRemovedError)
  await file.abandon()
})

test('file writer: on a full disk keeps what was appended as a whole', async () => {
  const file = await FileWriter.create(nameOf, smallDisk(14))
  await file.append(Buffer.from('0123456789'))
  await assert.rejects(file.append(Buffer.from('abcdefghij')), { code: 'ENOSPC' })
  assert.equal((await readFile(file.path)).length, 14)
  await file.abandon()
  assert.equal(await readFile(file.path, 'utf8'), '0123456789')
})

test('file writer: leaves no empty file behind', async () => {
  const file = await FileWriter.create(nameOf, smallDisk(0))
  await assert.rejects(file.append(Buffer.from('a')), { code: 'ENOSPC' })
  await file.abandon()
  assert.deepEqual(await readdir(folder), [])
})
