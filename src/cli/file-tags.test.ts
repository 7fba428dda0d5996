import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { readFlvFixture } from '../../test/support/flv-fixture.ts'
import { readTsFixture } from '../../test/support/ts-fixture.ts'
import { FlvFileReader, type FlvTag } from '../formats/flv/flv-file-reader.ts'
import { archiveProfile } from '../formats/flv/flv-profile.ts'
import { tagRole } from '../formats/flv/tag-role.ts'
import { fileTags } from './file-tags.ts'

async function tagsOf(
  bytes: Uint8Array,
  { loops, most = Number.POSITIVE_INFINITY }: { readonly loops: boolean; readonly most?: number },
): Promise<readonly FlvTag[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-tags-'))
  const path = join(folder, 'file')
  writeFileSync(path, bytes)
  const tags: FlvTag[] = []
  for await (const tag of fileTags(path, { profile: archiveProfile, loops, onLeftOut: () => undefined })) {
    tags.push(tag)
    if (tags.length === most) break
  }
  rmSync(folder, { recursive: true })
  return tags
}

test('file tags: those of FLV are as they are, and again as they are at later times', async () => {
  const flv = readFlvFixture('h264-aac')
  const expected = new FlvFileReader().push(flv)
  assert.deepEqual(await tagsOf(flv, { loops: false }), expected)
  const twice = await tagsOf(flv, { loops: true, most: 2 * expected.length })
  assert.deepEqual(
    twice.slice(expected.length).map(({ type, body }) => [type, body.length]),
    expected.map(({ type, body }) => [type, body.length]),
  )
  assert.ok((twice.at(-1)?.timestamp ?? 0) > (expected.at(-1)?.timestamp ?? 0))
})

test('file tags: a transport stream tells its configuration once, however often it is repeated', async () => {
  const ts = readTsFixture('h264-aac')
  const once = await tagsOf(ts, { loops: false })
  const tags = await tagsOf(ts, { loops: true, most: 3 * once.length })
  assert.equal(tags.filter(tag => tagRole(tag) === 'header').length, 2)
})
