import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { onTestFinished, test } from 'vitest'
import { CursorFile, parseCursors } from './cursor-file.ts'

test('cursor file: what was written is read, by its owner alone, and nothing is left beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-cursors-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'cursors.json')
  const file = new CursorFile(path)
  assert.deepEqual(await file.read(), new Map())
  const cursors = new Map([
    ['site', { position: 12, done: [20, 30] }],
    ['__proto__', { position: 0, done: [] }],
  ])
  await file.write(cursors)
  assert.deepEqual(await new CursorFile(path).read(), cursors)
  assert.deepEqual(readdirSync(folder), ['cursors.json'])
  assert.equal(statSync(path).mode & 0o777, 0o600)
  writeFileSync(path, '{')
  assert.equal(await file.read(), undefined)
})

test('cursor file: whatever else stands there is no cursor', () => {
  const texts = [
    '',
    '[',
    'null',
    '{"a":1}',
    '{"a":{"position":1}}',
    '{"a":{"position":-1,"done":[]}}',
    '{"a":{"position":1,"done":["x"]}}',
  ]
  for (const text of texts) assert.equal(parseCursors(text), undefined, text)
  fc.assert(
    fc.property(fc.json(), text => {
      const cursors = parseCursors(text)
      for (const { position, done } of cursors?.values() ?? []) assert.ok(position >= 0 && Array.isArray(done))
    }),
    { seed: 3, numRuns: 300 },
  )
})
