import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { RequestError } from '../core/errors.ts'
import { pageOf } from './page.ts'

const self = (text: string): string => text

test('page: one after the other, the pages are the list in the order of its keys', () => {
  const items = fc.uniqueArray(fc.string({ unit: 'grapheme' }), { maxLength: 30 })
  const property = fc.property(items, fc.integer({ min: 1, max: 7 }), (names, limit) => {
    const seen: string[] = []
    let page = pageOf(names, self, { limit })
    seen.push(...page.items)
    while (page.next !== null) {
      page = pageOf(names, self, { limit, cursor: page.next })
      assert.ok(page.items.length > 0)
      seen.push(...page.items)
    }
    assert.deepEqual(seen, [...names].sort(byCodeUnits))
  })
  fc.assert(property, { seed: 5 })
})

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : 1
}

test('page: an item that a cursor names may be gone, and others may have come', () => {
  const { next } = pageOf(['a', 'b', 'c', 'd'], self, { limit: 2 })
  assert.deepEqual(pageOf(['a', 'aa', 'c', 'd', 'e'], self, { limit: 2, cursor: next ?? '' }).items, ['c', 'd'])
})

test('page: a cursor that no page has had is refused', () => {
  for (const cursor of ['*', 'YQ==', 'a b']) {
    assert.throws(() => pageOf(['a'], self, { cursor }), RequestError)
  }
})
