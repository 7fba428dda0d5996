import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'vitest'
import { projectRoot } from '../../scripts/project.mjs'
import { listSources, readSource } from './project-files.ts'
import { parseSource } from './source-file.ts'

const page = join(projectRoot, 'docs', 'errors.md')

// Parses every source file: seconds of CPU, which a busy machine may take its time for.
test('error codes: docs/errors.md lists every code of an error or a log line', { timeout: 60_000 }, () => {
  const listed = existsSync(page) ? readFileSync(page, 'utf8') : ''
  const sources = listSources('src').filter(path => !path.endsWith('.test.ts'))
  const missing = sources.flatMap(path => readSource(path).codes).filter(code => !listed.includes(`\`${code}\``))
  assert.deepEqual([...new Set(missing)].sort(), [])
})

test('error codes: found in log calls and in error classes', () => {
  const text = `
    log.warn('RTMP_CLOSED', 'closed')
    this.#log.error('DISK_FULL', text, { file })
    class Denied extends Error { readonly code = 'ERR_DENIED' }
    send('NOT_A_CODE')
  `
  assert.deepEqual([...parseSource('src/app/a.ts', text).codes], ['RTMP_CLOSED', 'DISK_FULL', 'ERR_DENIED'])
})
