import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { pollUntil } from '../../test/support/polling.ts'
import { FileWatch } from './file-watch.ts'

async function watched({ onTestFinished }: Pick<TestContext, 'onTestFinished'>) {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-watch-'))
  const path = join(folder, 'file')
  await writeFile(path, 'one')
  const clock = new FakeClock()
  const seen = { changes: 0 }
  const watch = new FileWatch(path, clock, () => seen.changes++)
  onTestFinished(async () => {
    watch.close()
    await rm(folder, { recursive: true })
  })
  const noticed = (): Promise<true> => pollUntil('the change', async () => (clock.pendingCount > 0 ? true : undefined))
  return { folder, path, clock, seen, watch, noticed }
}

test('file watch: several steps of one change are told once, when they have settled', async context => {
  const { path, clock, seen, noticed } = await watched(context)
  await writeFile(path, 'tw')
  await writeFile(path, 'two')
  await noticed()
  assert.equal(seen.changes, 0)
  clock.advance(100)
  assert.equal(seen.changes, 1)
})

test('file watch: a rename over the file, and over a link to it', async context => {
  const { folder, path, clock, seen, noticed } = await watched(context)
  await writeFile(join(folder, 'new'), 'two')
  await rename(join(folder, 'new'), path)
  await noticed()
  clock.advance(100)
  await symlink('file', join(folder, 'link'))
  await rename(join(folder, 'link'), join(folder, 'current'))
  await noticed()
  clock.advance(100)
  assert.equal(seen.changes, 2)
})

test('file watch: what a link leads to is watched, and what it leads to after it was turned', async context => {
  const { folder, path, clock } = await watched(context)
  const elsewhere = await mkdtemp(join(tmpdir(), 'sluice-watch-'))
  context.onTestFinished(() => rm(elsewhere, { recursive: true }))
  await symlink(path, join(elsewhere, 'link'))
  const seen = { changes: 0 }
  const watch = new FileWatch(join(elsewhere, 'link'), clock, () => seen.changes++)
  context.onTestFinished(() => watch.close())
  const settled = async (changes: number): Promise<void> => {
    await pollUntil('the change', async () => {
      clock.advance(100)
      return seen.changes >= changes || undefined
    })
  }
  await writeFile(join(folder, 'new'), 'two')
  await rename(join(folder, 'new'), path)
  await settled(1)
  // As Kubernetes does: the folder behind is another one from now on.
  await mkdir(join(elsewhere, '..one'))
  await writeFile(join(elsewhere, '..one', 'file'), 'three')
  await symlink('..one', join(elsewhere, '..data'))
  await symlink('..data/file', join(elsewhere, 'link.new'))
  await rename(join(elsewhere, 'link.new'), join(elsewhere, 'link'))
  await settled(seen.changes + 1)
  await mkdir(join(elsewhere, '..two'))
  await writeFile(join(elsewhere, '..two', 'file'), 'four')
  await settled(seen.changes + 1)
  await symlink('..two', join(elsewhere, '..data.new'))
  await rename(join(elsewhere, '..data.new'), join(elsewhere, '..data'))
  await settled(seen.changes + 1)
})

test('file watch: closed, it says nothing any more', async context => {
  const { path, clock, seen, watch, noticed } = await watched(context)
  await writeFile(path, 'two')
  await noticed()
  watch.close()
  watch.close()
  clock.advance(1000)
  assert.equal(seen.changes, 0)
})

test('file watch: a folder that is not there is the error of the system', () => {
  assert.throws(() => new FileWatch('/nowhere/at/all', new FakeClock(), () => undefined), { code: 'ENOENT' })
})
