import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { StreamArchive } from '../contracts/segments.ts'
import { ArchiveManifests } from './archive-manifests.ts'

/** Of what is kept, nothing but its version counts. */
function archiveOf(stream: string, version = 1): StreamArchive & { version: number } {
  const nothing = async () => undefined
  const facts = {
    stream,
    version,
    revision: 1,
    isGrowing: true,
    periodClock: undefined,
    span: undefined,
    numbers: undefined,
  }
  const reading = { read: nothing, open: nothing, readInit: nothing, untilListed: nothing }
  return { ...facts, ...reading, segments: async () => [], select: nothing }
}

/** Manifests, and how many texts were made. */
function counted(mostKept?: number) {
  const manifests = new ArchiveManifests(mostKept)
  const made: string[] = []
  const ask = (archive: StreamArchive, form: string) =>
    manifests.of(archive, form, String(archive.version), async () => {
      made.push(form)
      return { text: form, maxAge: 1 }
    })
  return { manifests, made, ask }
}

test('archive manifests: are made once for all who ask, until something comes or goes', async () => {
  const { made, ask } = counted()
  const archive = archiveOf('live/test')
  const [one, other] = await Promise.all([ask(archive, 'a'), ask(archive, 'a')])
  assert.equal(one, other)
  assert.equal(one.manifest.text(''), 'a')
  await ask(archive, 'b')
  await ask(archiveOf('live/other'), 'a')
  assert.deepEqual(made.splice(0), ['a', 'b', 'a'])
  archive.version++
  await ask(archive, 'a')
  await ask(archive, 'a')
  assert.deepEqual(made, ['a'])
})

test('archive manifests: of a stream that is kept anew are made anew', async () => {
  const { made, ask } = counted()
  await ask(archiveOf('live/test'), 'a')
  await ask(archiveOf('live/test'), 'a')
  assert.deepEqual(made, ['a', 'a'])
})

test('archive manifests: what cannot be made is asked for again', async () => {
  const { manifests, made, ask } = counted()
  const archive = archiveOf('live/test')
  const failed = manifests.of(archive, 'a', '1', () => Promise.reject(new RangeError('nothing there')))
  await assert.rejects(failed, RangeError)
  await ask(archive, 'a')
  assert.deepEqual(made, ['a'])
})

test('archive manifests: are bounded, and the oldest go first', async () => {
  const { made, ask } = counted(8)
  const archive = archiveOf('live/test')
  for (const form of ['aaa', 'bbb', 'ccc']) await ask(archive, form)
  made.length = 0
  for (const form of ['ccc', 'bbb', 'aaa']) await ask(archive, form)
  assert.deepEqual(made, ['aaa'])
})
