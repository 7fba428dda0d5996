import assert from 'node:assert/strict'
import { test } from 'vitest'
import { loadConfig } from '../../config/load-config.ts'
import { type Decoded, defineSection } from '../../config/section.ts'
import { dvrConfig } from './config.ts'

const schema = defineSection('All', { dvr: dvrConfig })

function load(...argv: readonly string[]): Decoded<typeof schema>['dvr'] {
  return loadConfig(schema, { argv, env: {}, readFile: () => undefined }).config.dvr
}

test('dvr config: a prefix of which not every client signs the same is refused at the start', () => {
  assert.equal(load('--dvr-archive-prefix', 'a b/ü+&=%20~/').archive.prefix, 'a b/ü+&=%20~/')
  for (const prefix of ['new (1)/', "it's/", 'a*', 'a!', 'a\nb']) {
    assert.throws(
      () => load('--dvr-archive-prefix', prefix),
      /--dvr-archive-prefix: it must be the beginning of keys such as dvr\/, without/,
    )
  }
})

test('dvr config: an endpoint has nothing in it that could be secret', () => {
  assert.equal(load('--dvr-archive-endpoint', 'http://host:9000/s3').archive.endpoint, 'http://host:9000/s3')
  for (const endpoint of ['https://key:secret@host', 'https://host?token=t', 'ftp://host', 'host:9000']) {
    assert.throws(() => load('--dvr-archive-endpoint', endpoint), /--dvr-archive-endpoint: it must be a URL such as/)
  }
})
