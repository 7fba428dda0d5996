import assert from 'node:assert/strict'
import { test } from 'vitest'
import { findBreaches } from './dependency-rule.ts'
import { listSources, readSource } from './project-files.ts'
import { parseSource } from './source-file.ts'

// Parses every source file: seconds of CPU, which a busy machine may take its time for.
test('dependency rule: src/ keeps it', { timeout: 60_000 }, () => {
  const sources = listSources('src').map(readSource)
  assert.ok(sources.length > 0)
  assert.deepEqual(findBreaches(sources), [])
})

const breaches: { name: string; files: Record<string, string>; sentence: string }[] = [
  {
    name: 'a value from a later folder',
    files: { 'src/core/time.ts': "import { Stream } from '../hub/stream.ts'" },
    sentence: 'src/core/time.ts imports src/hub/stream.ts: core comes before hub',
  },
  {
    name: 'a type from a later folder',
    files: { 'src/hub/stream.ts': "import type { App } from '../app/app.ts'" },
    sentence: 'src/hub/stream.ts imports src/app/app.ts: hub comes before app',
  },
  {
    name: 'a type named in place',
    files: { 'src/hub/stream.ts': "export type A = import('../app/app.ts').App" },
    sentence: 'src/hub/stream.ts imports src/app/app.ts: hub comes before app',
  },
  {
    name: 'a re-export',
    files: { 'src/media/track.ts': "export * from '../formats/flv/tag.ts'" },
    sentence: 'src/media/track.ts imports src/formats/flv/tag.ts: media comes before formats',
  },
  {
    name: 'a late import',
    files: { 'src/media/track.ts': "void import('../cli/serve.ts')" },
    sentence: 'src/media/track.ts imports src/cli/serve.ts: media comes before cli',
  },
  {
    name: 'another feature',
    files: { 'src/recorder/recorder.ts': "import { api } from '../api/api.ts'" },
    sentence: 'src/recorder/recorder.ts imports src/api/api.ts: recorder comes beside api',
  },
  {
    name: 'a sibling',
    files: { 'src/servers/rtmp/server.ts': "import { http } from '../http/server.ts'" },
    sentence: 'src/servers/rtmp/server.ts imports its sibling src/servers/http/server.ts',
  },
  {
    name: 'a folder in no row',
    files: { 'src/app/app.ts': "import { a } from '../extras/a.ts'" },
    sentence: 'src/app/app.ts imports src/extras/a.ts: app comes before extras',
  },
  {
    name: 'a module that does I/O in a pure folder',
    files: { 'src/protocols/rtmp/session.ts': "import { connect } from 'node:net'" },
    sentence: 'src/protocols/rtmp/session.ts imports node:net: protocols is pure',
  },
  {
    name: 'a package in a pure folder',
    files: { 'src/formats/flv/tag.ts': "import pino from 'pino'" },
    sentence: 'src/formats/flv/tag.ts imports pino: formats is pure',
  },
  {
    name: 'a timer in a pure folder',
    files: { 'src/hub/pump.ts': 'setTimeout(() => undefined, 1)' },
    sentence: 'src/hub/pump.ts uses setTimeout: hub is pure',
  },
  {
    name: 'the wall clock in a pure folder',
    files: { 'src/hub/pump.ts': 'export const started = Date.now()' },
    sentence: 'src/hub/pump.ts uses Date.now: hub is pure',
  },
  {
    name: 'a date of now in a pure folder',
    files: { 'src/hub/pump.ts': 'export const started = new Date()' },
    sentence: 'src/hub/pump.ts uses new Date(): hub is pure',
  },
  {
    name: 'a cycle',
    files: {
      'src/core/a.ts': "import type { B } from './b.ts'",
      'src/core/b.ts': "import type { A } from './a.ts'",
    },
    sentence: 'src/core/a.ts imports src/core/b.ts imports src/core/a.ts',
  },
]

for (const { name, files, sentence } of breaches) {
  test(`dependency rule: ${name} is a breach`, () => {
    const sources = Object.entries(files).map(([path, text]) => parseSource(path, text))
    assert.deepEqual(findBreaches(sources), [sentence])
  })
}

test('dependency rule: what is allowed is no breach', () => {
  const text = `
    import assert from 'node:assert/strict'
    import { createHash } from 'node:crypto'
    import { rescale } from '../../core/time.ts'
    import type { Frame } from '../../media/frame.ts'
    // setTimeout and Date.now() in a comment
    export const words = 'Date.now()'
    export const given = (at: number): Date => new Date(at)
  `
  assert.deepEqual(findBreaches([parseSource('src/protocols/rtmp/session.ts', text)]), [])
})

test('dependency rule: a contract may name the types of a package, but not its values', () => {
  const path = 'src/contracts/http-routes.ts'
  assert.deepEqual(findBreaches([parseSource(path, "import type { FastifyPluginCallback } from 'fastify'")]), [])
  const breach = [`${path} imports fastify: contracts is pure`]
  assert.deepEqual(findBreaches([parseSource(path, "import { fastify } from 'fastify'")]), breach)
})

test('dependency rule: what one folder alone knows is a breach elsewhere', () => {
  const text = "import type { Registry } from 'prom-client'"
  assert.deepEqual(findBreaches([parseSource('src/metrics/metrics-registry.ts', text)]), [])
  const breach = ['src/auth/auth-metrics.ts imports prom-client: metrics alone knows it']
  assert.deepEqual(findBreaches([parseSource('src/auth/auth-metrics.ts', text)]), breach)
})

test('dependency rule: a test of a pure folder may read a file and use what lies in test/', () => {
  const text = "import { readFileSync } from 'node:fs'; import { clip } from '../../../test/peers/clips.ts'"
  assert.deepEqual(findBreaches([parseSource('src/formats/flv/tag.test.ts', text)]), [])
})
