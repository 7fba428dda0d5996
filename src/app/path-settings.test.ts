import assert from 'node:assert/strict'
import { test } from 'vitest'
import { loadConfig } from '../config/load-config.ts'
import { dashSettings } from '../packagers/dash/config.ts'
import { hlsSettings } from '../packagers/hls/config.ts'
import { recordSettings } from '../recorder/config.ts'
import { type AppConfig, appConfig } from './config.ts'
import { PathSettings } from './path-settings.ts'

function load(file: string, ...argv: readonly string[]): AppConfig {
  return loadConfig(appConfig, { argv, env: {}, readFile: path => (path === 'sluice.yaml' ? file : undefined) }).config
}

test('path settings: the first pattern that fits counts, and what it leaves out is as for all streams', () => {
  const file = `
play: { maxLag: 7s, sendTimeout: 40s }
paths:
  live/vip: { maxLag: 1s }
  live/*: { maxLag: 2s, sendTimeout: 5s, silenceTimeout: 1s }
  "**": { wait: 3s }
`
  const { play, paths } = load(file, '--play-send-timeout', '50s')
  const settings = new PathSettings(play, paths)
  const some = (name: string) => {
    const { maxLag, sendTimeout, wait } = settings.of(name)
    return { maxLag, sendTimeout, wait }
  }
  assert.deepEqual(some('live/vip'), { maxLag: 1000, sendTimeout: 50_000, wait: 0 })
  assert.deepEqual(some('live/other'), { maxLag: 2000, sendTimeout: 5000, wait: 0 })
  assert.deepEqual(some('cam/roof'), { maxLag: 7000, sendTimeout: 50_000, wait: 3000 })
  assert.equal(Object.hasOwn(settings.of('live/other'), 'silenceTimeout'), false)
})

test('path settings: an entry without keys keeps its streams from later patterns', () => {
  const { play, paths } = load('paths: { live/test: {}, "**": { maxLag: 2s } }')
  assert.equal(new PathSettings(play, paths).of('live/test').maxLag, play.maxLag)
})

test('path settings: a path says whether its streams are recorded', () => {
  const { record, paths } = load('paths: { live/secret: { record: false }, cam/**: { record: true } }', '--record-all')
  const settings = new PathSettings(recordSettings(record), paths)
  assert.deepEqual(
    ['live/secret', 'live/test', 'cam/a/b'].map(name => settings.of(name).record),
    [false, true, true],
  )
})

test('path settings: low latency of HLS and of DASH are two things', () => {
  const { hls, dash, paths } = load('paths: { a: { hlsLowLatency: false }, b: { dashLowLatency: true } }')
  const [ofHls, ofDash] = [new PathSettings(hlsSettings(hls), paths), new PathSettings(dashSettings(dash), paths)]
  const some = (name: string): boolean[] => [ofHls.of(name).hlsLowLatency, ofDash.of(name).dashLowLatency]
  assert.deepEqual(
    [some('a'), some('b'), some('c')],
    [
      [false, false],
      [true, true],
      [true, false],
    ],
  )
})

test('path settings: streams in the making are looked up once, so the same pattern is the same object', () => {
  const { play, paths } = load('paths: { live/*: { maxLag: 2s } }')
  const settings = new PathSettings(play, paths)
  assert.equal(settings.of('live/a'), settings.of('live/b'))
})

test('path settings: a replaced configuration holds from then on', () => {
  const before = load('paths: { live/*: { maxLag: 2s } }')
  const after = load('play: { maxLag: 3s }')
  const settings = new PathSettings(before.play, before.paths)
  settings.replace(after.play, after.paths)
  assert.equal(settings.of('live/a').maxLag, 3000)
})

test('paths: what is no pattern is told with its place', () => {
  assert.throws(
    () => load('paths:\n  live/[a-z]: {}\n'),
    /^.*Cannot use paths.live\/\[a-z\] at sluice.yaml:2:3: its name must be a path/s,
  )
})
