import assert from 'node:assert/strict'
import { basename } from 'node:path'
import { test } from 'vitest'
import { listSources } from './project-files.ts'

/** Names that say nothing about what the file holds. */
const empty = /^(utils?|helpers?|misc|common|types|index)(\.test)?\.tsx?$/
const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.tsx?$/

test('file names: each says what the file holds, in kebab-case', () => {
  assert.deepEqual(['src', 'console/src', 'bench', 'scripts', 'test'].flatMap(listSources).filter(isBad), [])
})

test('file names: utils.ts, index.ts and camelCase.ts are refused', () => {
  const names = ['utils.ts', 'index.ts', 'types.test.ts', 'streamName.ts', 'stream-name.ts', 'css.d.ts', 'app.tsx']
  assert.deepEqual(names.filter(isBad), ['utils.ts', 'index.ts', 'types.test.ts', 'streamName.ts'])
})

function isBad(path: string): boolean {
  return empty.test(basename(path)) || !kebabCase.test(basename(path))
}
