import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'vitest'
import { readTsFixture } from '../../../test/support/ts-fixture.ts'
import { FileError, ProtocolError } from '../../core/errors.ts'
import { OpenFile } from './open-file.ts'

const clip = readTsFixture('h264-aac')

function fileWith(bytes: Uint8Array, onTestFinished: (clean: () => void) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-open-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'clip.ts')
  writeFileSync(path, bytes)
  return path
}

async function contents(file: OpenFile): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of file.pieces()) pieces.push(Uint8Array.from(piece))
  return Buffer.concat(pieces)
}

test('open file: tells its container and is read as it was when it was opened', async ({ onTestFinished }) => {
  const path = fileWith(clip, onTestFinished)
  await using file = await OpenFile.open(path)
  appendFileSync(path, clip)
  assert.deepEqual([file.name, file.container, file.size], ['clip.ts', 'mpegts', clip.length])
  assert.ok(clip.equals(await contents(file)))
  assert.equal(file.bytesRead, clip.length)
  assert.ok(clip.subarray(1000, 1010).equals(await file.readAt(1000, 10)))
})

test('open file: one that has become shorter has ended, or lacks what it told of', async ({ onTestFinished }) => {
  const path = fileWith(clip, onTestFinished)
  await using file = await OpenFile.open(path)
  truncateSync(path, 2000)
  assert.equal((await contents(file)).length, 2000)
  await assert.rejects(file.readAt(1999, 2), ProtocolError)
})

test('open file: what cannot be read is told in words, without its folder', async ({ onTestFinished }) => {
  const text = fileWith(Buffer.from('not a film'), onTestFinished)
  for (const [path, message] of [
    [join(text, '..', 'none.mp4'), 'Cannot read none.mp4: there is no such file'],
    [dirname(text), /^Cannot read sluice-open-\w+: it is not a file$/],
    ['/dev/zero', 'Cannot read zero: it is not a file'],
    [text, 'Cannot read clip.ts: it must be FLV, Matroska, WebM, MP4 or MPEG-TS, begins like none of them'],
  ] as const) {
    const isTold = (error: unknown): boolean => {
      assert.ok(error instanceof FileError)
      assert.match(error.message, typeof message === 'string' ? new RegExp(`^${message}$`) : message)
      return true
    }
    await assert.rejects(OpenFile.open(path), isTold)
  }
})
