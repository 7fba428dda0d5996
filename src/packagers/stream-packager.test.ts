import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { audioFrame, videoFrame } from '../../test/support/sample-frames.ts'
import { settingsOfAll } from '../../test/support/stream-settings.ts'
import { StreamRegistry } from '../hub/stream-registry.ts'
import { cmafForm } from './stream-form.ts'
import { StreamPackager } from './stream-packager.ts'

const settings = {
  segmentDuration: 2000,
  partDuration: 200,
  segmentWindow: 20_000,
  segmentMemory: 1e6,
  longestLag: 1e5,
}
const info = { id: 'hls-1', protocol: 'hls', peer: 'packager', since: 0, isPart: true } as const

test('packager: a part is there with the frame that ends it, also where frames are collected for players', () => {
  const clock = new FakeClock()
  const merge = { window: { current: 100 }, frames: 0, longest: 100 }
  const settingsOf = settingsOfAll({ merge })
  const registry = new StreamRegistry({
    ...{ clock, settingsOf, wireLinger: 0, onConflict: 'reject', resumeTimeout: 0 },
  })
  const published = registry.publish('live/test', { info, onEnd: () => undefined })
  const stream = registry.getLive('live/test')
  assert.ok(published.ok && stream !== undefined)
  const keyFor = () => undefined
  const packager = new StreamPackager({ stream, form: cmafForm, settings, info, clock, intake: undefined, keyFor })
  const { publication } = published
  const parts = (): number => packager.find('video')?.newest?.parts.length ?? 0
  publication.write(videoFrame(0, true))
  publication.write(audioFrame(0))
  for (let time = 40; time < 400; time += 40) publication.write(videoFrame(time, false))
  clock.advance(100)
  assert.equal(parts(), 1)
  publication.write(audioFrame(390))
  clock.advance(0)
  publication.write(videoFrame(400, false))
  clock.advance(0)
  assert.equal(parts(), 2)
})
