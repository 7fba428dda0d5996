import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'vitest'
import { keysOf } from '../config/config-key.ts'
import { writtenDefault } from '../config/field.ts'
import { eventTypes } from '../hooks/event-names.ts'
import { appConfig } from './config.ts'

const docs = join(import.meta.dirname, '../../docs')
const pages = readdirSync(docs).filter(name => name.startsWith('coming-from-'))
const keys = new Map(keysOf(appConfig).map(({ path, field }) => [path, [writtenDefault(field.default)].flat().join()]))
const sections = new Set([...keys.keys()].map(path => path.split('.')[0]))

for (const page of pages) {
  const text = readFileSync(join(docs, page), 'utf8')

  test(`${page}: every key that is named is one`, () => {
    const named = [...text.matchAll(/`([a-z]+(?:\.[a-zA-Z]+)+)(?::[^`]*)?`/g)].map(([, path = '']) => path)
    const events: readonly string[] = eventTypes
    const ours = named.filter(path => sections.has(path.split('.')[0]) && !events.includes(path))
    assert.deepEqual(
      ours.filter(path => !keys.has(path)),
      [],
    )
  })

  test(`${page}: every default that is named is the key's`, () => {
    const named = [...text.matchAll(/`([a-z]+(?:\.[a-zA-Z]+)+)` `([^`]+)`/g)]
    const wrong = named.filter(([, path = '', value]) => keys.get(path) !== value).map(([all]) => all)
    assert.deepEqual(wrong, [])
  })
}

test('coming-from-srs.md: every setting of play and publish is in its table', () => {
  const text = readFileSync(join(docs, 'coming-from-srs.md'), 'utf8')
  const ofOurs = ['play.sendTimeout', 'play.wait', 'play.maxWait']
  const missing = [...keys.keys()].filter(path => /^(play|publish)\./.test(path) && !text.includes(`\`${path}`))
  assert.deepEqual(
    missing.filter(path => !ofOurs.includes(path)),
    [],
  )
})
