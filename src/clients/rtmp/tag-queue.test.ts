import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { FlvTag } from '../../formats/flv/flv-file-reader.ts'
import { TagQueue } from './tag-queue.ts'

function tag(timestamp: number, size = 1): FlvTag {
  return { type: 9, timestamp, body: new Uint8Array(size) }
}

/** A queue, and what it asked of its source. */
function setUp(): { readonly queue: TagQueue; readonly asked: (boolean | 'stop')[] } {
  const asked: (boolean | 'stop')[] = []
  const queue = new TagQueue({ setFlowing: flows => asked.push(flows), stop: async () => void asked.push('stop') })
  return { queue, asked }
}

test('tag queue: tags come in order, those that wait and those that are waited for', async () => {
  const { queue } = setUp()
  queue.push(tag(1))
  const first = await queue.next()
  const second = queue.next()
  queue.push(tag(2))
  queue.push(tag(3))
  const rest = [await second, await queue.next()]
  assert.deepEqual(
    [first, ...rest].map(({ value }) => value.timestamp),
    [1, 2, 3],
  )
})

test('tag queue: the source is held up while too much waits', async () => {
  const { queue, asked } = setUp()
  for (let i = 0; i < 3; i++) queue.push(tag(i, 500_000))
  assert.deepEqual(asked, [false])
  await queue.next()
  assert.deepEqual(asked, [false])
  await queue.next()
  assert.deepEqual(asked, [false, true])
})

test('tag queue: what is here is still taken at the end, then comes the error', async () => {
  const { queue } = setUp()
  queue.push(tag(1))
  queue.end(new Error('lost'))
  queue.end()
  queue.push(tag(2))
  assert.equal((await queue.next()).value.timestamp, 1)
  await assert.rejects(queue.next(), /lost/)
})

test('tag queue: an end in order ends the iteration, also one that waits', async () => {
  const { queue } = setUp()
  const waiting = queue.next()
  queue.end()
  assert.equal((await waiting).done, true)
  assert.equal((await queue.next()).done, true)
})

test('tag queue: leaving the loop stops the source', async () => {
  const { queue, asked } = setUp()
  queue.push(tag(1))
  for await (const { timestamp } of queue) {
    assert.equal(timestamp, 1)
    break
  }
  assert.deepEqual(asked, ['stop'])
})
