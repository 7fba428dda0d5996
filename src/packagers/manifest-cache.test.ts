import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ManifestCache } from './manifest-cache.ts'

test('manifest cache: two thousand viewers of one version are sent one text, made and compressed once', () => {
  const cache = new ManifestCache<object>()
  const subject = {}
  let made = 0
  const ask = (version: number) => cache.of(subject, version, 'plain', () => `#EXTM3U ${++made}\n`)
  const first = ask(1)
  const compressed = { br: first.encoded('br'), gzip: first.encoded('gzip') }
  for (let viewer = 0; viewer < 2000; viewer++) {
    const manifest = ask(1)
    assert.equal(manifest, first)
    assert.equal(manifest.encoded('br'), compressed.br)
    assert.equal(manifest.encoded('gzip'), compressed.gzip)
  }
  assert.equal(made, 1)
  assert.notEqual(ask(2), first)
  assert.equal(made, 2)
})

test('manifest cache: forms of one version are told apart, and an older version is forgotten', () => {
  const cache = new ManifestCache<object>()
  const subject = {}
  const text = (version: number, form: string) => cache.of(subject, version, form, () => `${version} ${form}`).text('')
  assert.deepEqual([text(1, 'a'), text(1, 'b'), text(2, 'a'), text(2, 'b')], ['1 a', '1 b', '2 a', '2 b'])
  let made = 0
  cache.of(subject, 1, 'a', () => `${++made}`)
  assert.equal(made, 1)
})
