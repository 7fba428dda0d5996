import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { FlvTag } from '../formats/flv/flv-file-reader.ts'
import { pace } from './pace.ts'

async function* tagsAt(...timestamps: readonly number[]): AsyncGenerator<FlvTag> {
  for (const timestamp of timestamps) yield { type: 9, timestamp, body: new Uint8Array(1) }
}

/** The groups, and how long they took. */
async function paced(tags: AsyncIterable<FlvTag>): Promise<{ readonly groups: number[][]; readonly tookMs: number }> {
  const begin = performance.now()
  const groups: number[][] = []
  for await (const group of pace(tags, new AbortController().signal)) groups.push(group.map(tag => tag.timestamp))
  return { groups, tookMs: performance.now() - begin }
}

test('pace: tags come at their times, those of one moment together', async () => {
  const { groups, tookMs } = await paced(tagsAt(1000, 1005, 1100, 1200))
  assert.deepEqual(groups, [[1000, 1005], [1100], [1200]])
  assert.ok(tookMs >= 198, `took ${tookMs} ms`)
})

test('pace: a jump of the clock is not waited for', async () => {
  const { tookMs } = await paced(tagsAt(0, 50, 3_600_000, 3_600_050, 5))
  assert.ok(tookMs < 1000, `took ${tookMs} ms`)
})

test('pace: an aborted signal ends the wait', async () => {
  const ending = new AbortController()
  const groups = pace(tagsAt(0, 9000, 9040), ending.signal)
  await groups.next()
  const rest = groups.next()
  ending.abort()
  await assert.rejects(rest, { name: 'AbortError' })
})
