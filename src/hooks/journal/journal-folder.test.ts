import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { JournalFolder } from './journal-folder.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-journal-'))
})
afterEach(() => rm(dir, { recursive: true }))

const open = (): Promise<JournalFolder> => JournalFolder.open(dir, { maxSize: 1 << 20, maxAge: 86_400_000 })

/** What is written from this position on finds no room. */
function fill(position: number): Promise<void> {
  return symlink('/dev/full', join(dir, `${String(position).padStart(16, '0')}.log`))
}

test('journal folder: a disk that stays full is not filled with empty files', async () => {
  const folder = await open()
  await folder.append(Buffer.from('first'), 0, 0)
  await folder.close()
  for (const position of [5, 10, 15]) {
    await fill(position)
    await assert.rejects(folder.append(Buffer.from('lost'), position, 0), { code: 'ENOSPC' })
  }
  assert.deepEqual(folder.segmentStarts, [0])
  assert.deepEqual(await readdir(dir), ['0000000000000000.log'])
  await folder.append(Buffer.from('last'), 20, 0)
  assert.deepEqual([folder.segmentStarts, folder.end], [[0, 20], 24])
  const piece = await folder.read(5)
  assert.deepEqual([piece?.from, Buffer.from(piece?.bytes ?? []).toString()], [20, 'last'])
  await folder.close()
})
