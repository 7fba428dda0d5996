import assert from 'node:assert/strict'
import { test } from 'vitest'
import { PackagingFixture } from '../../test/support/packaging-fixture.ts'
import { scrape } from '../../test/support/scrape.ts'
import { packagerMetrics } from './packager-metrics.ts'

test('packagers: a stream that is packaged always is there for the first viewer, and is not given up', async () => {
  await using fixture = await PackagingFixture.listen({ packager: { packageAlways: true } })
  const publication = fixture.http.publish('live/test')
  fixture.play(publication, 70_000)
  assert.match((await fixture.get('/live/test/video.m3u8')).text, /EXTINF/)
  const [status, ...others] = fixture.packaging.packagers.status()
  assert.deepEqual([status?.form, status?.isRunning, others.length], ['cmaf', true, 0])
})

test('packagers: one that nobody asks for stops, and what it held is free', async () => {
  await using fixture = await PackagingFixture.listen()
  const publication = await fixture.publish('live/test')
  const metrics = packagerMetrics(fixture.packaging.packagers)
  const [status] = fixture.packaging.packagers.status()
  assert.ok((status?.segments ?? 0) >= 6 && (status?.parts ?? 0) > 50 && (status?.bytes ?? 0) > 10_000)
  assert.match(await scrape(metrics), /sluice_packagers\{form="cmaf"\} 1\n/)
  fixture.play(publication, 62_000)
  assert.deepEqual(fixture.packaging.packagers.status(), [])
  const text = await scrape(metrics)
  assert.match(text, /sluice_packagers\{form="cmaf"\} 0\n/)
  assert.doesNotMatch(text, /stream=/)
})

test('packagers: where one has failed, another goes on with the stream, which has not ended for players', async () => {
  await using fixture = await PackagingFixture.listen({ packager: { packageAlways: true } })
  const publication = fixture.http.publish('live/test')
  fixture.play(publication, 70_000)
  const stream = fixture.http.registry.getLive('live/test') ?? assert.fail()
  const [failed] = fixture.packaging.packagers.packagers
  assert.ok(failed !== undefined)
  stream.dismiss(failed, 'failed')
  assert.deepEqual([failed.isEnded, failed.find('video')?.isEnded], [true, false])
  for (let second = 0; second < 10; second++) {
    fixture.play(publication, 1000)
    await new Promise(setImmediate)
  }
  const [next, ...others] = fixture.packaging.packagers.packagers
  assert.notEqual(next, failed)
  assert.deepEqual([next?.isEnded, others.length], [false, 0])
  assert.match((await fixture.get('/live/test/video.m3u8')).text, /EXTINF/)
})
