import assert from 'node:assert/strict'
import { test } from 'vitest'
import { Wait, WaitList } from './wait-list.ts'

const turn = (): Promise<void> => Promise.resolve()

/** Waits with names, in a list; `ready` are those for whom it is so. */
function listOf(...names: string[]) {
  const list = new WaitList()
  const [told, ready] = [[] as string[], new Set<string>()]
  const add = (name: string, onSo: () => void = () => undefined): Wait => {
    const wait = new Wait(
      () => ready.has(name),
      () => {
        told.push(name)
        onSo()
      },
    )
    list.add(wait)
    return wait
  }
  return { list, told, ready, add, waits: names.map(name => add(name)) }
}

test('wait list: who waits is told behind the change, once for several of them, and in order', async () => {
  const { list, told, ready } = listOf('a', 'b', 'c')
  for (const name of ['c', 'a', 'b']) ready.add(name)
  list.wake()
  list.wake()
  assert.deepEqual(told, [])
  await turn()
  assert.deepEqual([told, list.size], [['a', 'b', 'c'], 0])
  list.wake()
  await turn()
  assert.equal(told.length, 3)
})

test('wait list: who waits for more stays, in order', async () => {
  const { list, told, ready, add } = listOf('a', 'b', 'c')
  ready.add('b')
  list.wake()
  await turn()
  assert.deepEqual([told, list.size], [['b'], 2])
  add('d')
  for (const name of ['d', 'c', 'a']) ready.add(name)
  list.wake()
  await turn()
  assert.deepEqual(told, ['b', 'a', 'c', 'd'])
})

test('wait list: what is deleted is told nothing, also when that happens while others are told', async () => {
  const { list, told, ready, add, waits } = listOf('a', 'b')
  add('c', () => list.delete(late))
  const late = add('d')
  for (const name of ['a', 'b', 'c', 'd']) ready.add(name)
  for (const wait of waits.slice(1)) list.delete(wait)
  list.wake()
  await turn()
  assert.deepEqual([told, list.size], [['a', 'c'], 0])
  list.delete(late)
  assert.equal(list.size, 0)
})

test('wait list: what is added while others are told waits for the next change', async () => {
  const { list, told, ready, add } = listOf()
  add('a', () => void add('b'))
  for (const name of ['a', 'b']) ready.add(name)
  list.wake()
  await turn()
  assert.deepEqual([told, list.size], [['a'], 1])
  list.wake()
  await turn()
  assert.deepEqual(told, ['a', 'b'])
})

test('wait list: of ten thousand who come and go without a change nobody is asked again', async () => {
  const { list, told, ready, add } = listOf('a')
  let asked = 0
  for (let count = 0; count < 10_000; count++) {
    const wait = new Wait(
      () => ++asked > 0,
      () => told.push('gone'),
    )
    list.add(wait)
    list.delete(wait)
  }
  add('b')
  ready.add('a').add('b')
  assert.equal(list.size, 2)
  list.wake()
  await turn()
  assert.deepEqual([told, asked, list.size], [['a', 'b'], 0, 0])
})

test('wait list: a promise resolves with the change, or when the waiting is over', async () => {
  const list = new WaitList()
  let isSo = false
  const waiter = { isOver: false, onOver: () => undefined }
  const first = list.until(() => isSo, waiter)
  const second = list.until(() => false, { ...waiter })
  const over = { ...waiter }
  const third = list.until(() => false, over)
  assert.equal(list.size, 3)
  over.onOver()
  await third
  assert.equal(list.size, 2)
  isSo = true
  list.wake()
  await first
  assert.equal(list.size, 1)
  assert.equal(await Promise.race([second.then(() => 'told'), turn().then(() => 'waits')]), 'waits')
})
