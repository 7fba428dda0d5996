import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { readFlvFixture } from '../../test/support/flv-fixture.ts'
import { ProtocolError } from '../core/errors.ts'
import type { FlvTag } from '../formats/flv/flv-file-reader.ts'
import { archiveProfile } from '../formats/flv/flv-profile.ts'
import { readTags } from './media-file.ts'
import { repeatTags } from './repeat-tags.ts'

test('repeated tags: of a file, its time goes on without a gap and without going back', async ({ onTestFinished }) => {
  const path = fileWith(readFlvFixture('h264-aac'), onTestFinished)
  const once = (await collect(readFlvFile(path))).filter(({ type }) => type === 9)
  const times: number[] = []
  for await (const { type, timestamp } of repeatTags(() => readFlvFile(path))) {
    if (type === 9) times.push(timestamp)
    if (times.length === 3 * once.length) break
  }
  const steps = times.slice(1).map((time, i) => time - (times[i] ?? 0))
  assert.ok(
    steps.every(step => step >= 0 && step < 200),
    steps.join(' '),
  )
  assert.ok((times.at(-1) ?? 0) > 2 * ((once.at(-1)?.timestamp ?? 0) - (once[0]?.timestamp ?? 0)))
})

test('repeated tags: another file is refused, and an empty one is read once', async ({ onTestFinished }) => {
  await assert.rejects(collect(readFlvFile(fileWith(Buffer.from('RIFF.....'), onTestFinished))), ProtocolError)
  assert.deepEqual(await collect(repeatTags(() => readFlvFile(fileWith(new Uint8Array(0), onTestFinished)))), [])
})

const readFlvFile = (path: string): AsyncGenerator<FlvTag> => readTags(path, 'flv', archiveProfile, () => undefined)

function fileWith(bytes: Uint8Array, onTestFinished: (clean: () => void) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-flv-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'file.flv')
  writeFileSync(path, bytes)
  return path
}

async function collect(tags: AsyncIterable<FlvTag>): Promise<readonly FlvTag[]> {
  const all: FlvTag[] = []
  for await (const tag of tags) all.push(tag)
  return all
}
