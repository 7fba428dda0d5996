import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Change, Expectation, Store, StoredDocument, StoredValue } from '../../src/contracts/store.ts'
import { StoreError } from '../../src/core/errors.ts'

/** One place where documents are kept, empty at first. */
export type StorePlace = AsyncDisposable & {
  /** Every store of a place has the same documents. */
  open(): Promise<Store>
  /** A store that is used at the same time as another one, by another server if the place can be shared. */
  openBeside(store: Store): Promise<Store>
}

const put = (key: string, value: StoredValue, expected: Expectation = 'anything'): Change => ({
  ...{ kind: 'put', collection: 'streams', key, value, expected },
})
const remove = (key: string, expected: 'anything' | { readonly revision: string } = 'anything'): Change => ({
  ...{ kind: 'remove', collection: 'streams', key, expected },
})

async function contentsOf(store: Store): Promise<readonly (readonly [string, StoredValue])[]> {
  return (await store.list('streams')).map(({ key, value }) => [key, value])
}

async function putOne(store: Store, key: string, value: StoredValue, expected?: Expectation): Promise<StoredDocument> {
  const [document] = await store.apply([put(key, value, expected)])
  return document ?? assert.fail('nothing was put')
}

async function conflictOf(applied: Promise<unknown>): Promise<string | undefined> {
  try {
    await applied
  } catch (error) {
    assert.ok(error instanceof StoreError, String(error))
    assert.equal(error.fault, 'conflict')
    return error.key
  }
  assert.fail('no conflict')
}

type Behaviour = (place: StorePlace) => Promise<void>

const behaviours: readonly (readonly [string, Behaviour])[] = [
  [
    'what was put is there, sorted, as it was, and after it is opened again',
    async place => {
      const store = await place.open()
      assert.deepEqual(await store.list('streams'), [])
      const value = { url: 'rtmp://host/ä€😀', list: [1, 2.5, null, true, { deep: '' }], 'a.b$c': {}, __proto: 0 }
      await store.apply([put('live/b', value), put('a', {}), put('live/B', { x: 1 }), put('live/a~1', { x: 2 })])
      const expected = [
        ['a', {}],
        ['live/B', { x: 1 }],
        ['live/a~1', { x: 2 }],
        ['live/b', value],
      ]
      assert.deepEqual(await contentsOf(store), expected)
      await store.close()
      const again = await place.open()
      assert.deepEqual(await contentsOf(again), expected)
      await again.close()
    },
  ],

  [
    'each write gives a revision that never was',
    async place => {
      const store = await place.open()
      const first = await putOne(store, 'a', { n: 1 })
      const second = await putOne(store, 'a', { n: 1 })
      await store.apply([remove('a')])
      const third = await putOne(store, 'a', { n: 1 })
      assert.equal(new Set([first.revision, second.revision, third.revision]).size, 3)
      assert.deepEqual(await store.list('streams'), [third])
      await store.close()
    },
  ],

  [
    'a change that does not find what it expects changes nothing',
    async place => {
      const store = await place.open()
      const { revision } = await putOne(store, 'a', { n: 1 }, 'nothing')
      assert.equal(await conflictOf(store.apply([put('a', { n: 2 }, 'nothing')])), 'a')
      const { revision: newer } = await putOne(store, 'a', { n: 3 }, { revision })
      assert.equal(await conflictOf(store.apply([put('a', { n: 4 }, { revision })])), 'a')
      assert.equal(await conflictOf(store.apply([remove('a', { revision })])), 'a')
      assert.equal(await conflictOf(store.apply([put('gone', {}, { revision })])), 'gone')
      assert.equal(await conflictOf(store.apply([remove('gone', { revision })])), 'gone')
      assert.deepEqual(await contentsOf(store), [['a', { n: 3 }]])
      await store.apply([remove('a', { revision: newer }), remove('never')])
      assert.deepEqual(await contentsOf(store), [])
      await store.close()
    },
  ],

  [
    'changes are made together or not at all',
    async place => {
      const store = await place.open()
      const { revision } = await putOne(store, 'kept', { n: 1 })
      const changes = [put('new', {}), remove('kept'), put('kept', { n: 2 }, { revision })]
      assert.equal(await conflictOf(store.apply(changes)), 'kept')
      assert.deepEqual(await contentsOf(store), [['kept', { n: 1 }]])
      await store.close()
    },
  ],

  [
    'of those who change the same at once one wins, and the others are told',
    async place => {
      const store = await place.open()
      const { revision } = await putOne(store, 'counter', { n: 0 })
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, n) => store.apply([put('counter', { n }, { revision })])),
      )
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
      await store.close()
    },
  ],

  [
    'reading, changing and writing again until it fits loses no change',
    async place => {
      const one = await place.open()
      const other = await place.openBeside(one)
      await putOne(one, 'counter', { n: 0 })
      const increment = async (store: Store): Promise<void> => {
        for (;;) {
          const [document] = await store.list('streams')
          const { value, revision } = document ?? assert.fail()
          try {
            await store.apply([put('counter', { n: Number(value.n) + 1 }, { revision })])
            return
          } catch (error) {
            if (!(error instanceof StoreError && error.fault === 'conflict')) throw error
          }
        }
      }
      await Promise.all(Array.from({ length: 10 }, (_, at) => increment(at % 2 === 0 ? one : other)))
      assert.deepEqual(await contentsOf(one), [['counter', { n: 10 }]])
      assert.deepEqual(await contentsOf(other), [['counter', { n: 10 }]])
      await Promise.all([one.close(), other.close()])
    },
  ],

  [
    'servers that open an empty place at once have it together',
    async place => {
      const one = await place.open()
      const other = await place.openBeside(one)
      const [first, second] = await Promise.all([putOne(one, 'a', { n: 1 }), putOne(other, 'b', { n: 2 })])
      assert.deepEqual(await one.list('streams'), [first, second])
      assert.deepEqual(await other.list('streams'), [first, second])
      await Promise.all([one.close(), other.close()])
    },
  ],

  [
    'the state is another one after each change, for every server, and only then',
    async place => {
      const one = await place.open()
      const other = await place.openBeside(one)
      const seen = new Set([await other.state()])
      const { revision } = await putOne(one, 'a', { n: 1 })
      seen.add(await other.state())
      await putOne(one, 'a', { n: 1 }, { revision })
      seen.add(await other.state())
      await one.apply([remove('a')])
      const last = await other.state()
      assert.equal(seen.add(last).size, 4)
      await one.list('streams')
      assert.deepEqual([await one.state(), await other.state()], [last, last])
      await Promise.all([one.close(), other.close()])
    },
  ],

  [
    'closing waits for the changes that were begun',
    async place => {
      const store = await place.open()
      const begun = Array.from({ length: 5 }, (_, at) => store.apply([put(`a/${at}`, { at })]))
      await Promise.all([...begun, store.close(), store.close()])
      const again = await place.open()
      assert.equal((await again.list('streams')).length, 5)
      await again.close()
    },
  ],

  [
    'no changes at all can be made',
    async place => {
      const store = await place.open()
      assert.deepEqual(await store.apply([]), [])
      await store.close()
    },
  ],

  [
    'hundreds of documents of some size',
    async place => {
      const store = await place.open()
      const value = { text: 'x'.repeat(10_000) }
      await store.apply(Array.from({ length: 300 }, (_, at) => put(`live/${at}`, value)))
      assert.equal((await store.list('streams')).length, 300)
      await store.close()
    },
  ],
]

/** What every store does, whatever it keeps its documents in. */
export function storeConformance(name: string, openPlace: () => Promise<StorePlace>): void {
  for (const [what, behave] of behaviours) {
    test(`${name}: ${what}`, async () => {
      await using place = await openPlace()
      await behave(place)
    })
  }
}
