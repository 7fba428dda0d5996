import assert from 'node:assert/strict'
import { test } from 'vitest'
import { loadConfig } from '../config/load-config.ts'
import { appConfig } from './config.ts'
import { configView } from './config-view.ts'

test('config view: tells values, where they come from and when changes take effect, and shows no secret', () => {
  const text = 'rtmp:\n  listen: ":1940"\nauth:\n  token: [a=hunter2]\npaths:\n  live/**: { record: true }\n'
  const loaded = loadConfig(appConfig, {
    argv: ['--play-wait', '3s'],
    env: { SLUICE_LOG_LEVEL: 'warn' },
    readFile: path => (path === 'sluice.yaml' ? text : undefined),
  })
  const view = configView({ current: loaded })
  assert.equal(view.file, 'sluice.yaml')
  const settings = new Map(view.settings().map(setting => [setting.key, setting]))
  const [listen, wait, level] = ['rtmp.listen', 'play.wait', 'log.level'].map(key => settings.get(key))
  assert.deepEqual([listen?.value, listen?.origin, listen?.source], [':1940', 'file', 'sluice.yaml:2'])
  assert.deepEqual([wait?.value, wait?.origin, wait?.source], ['3s', 'flag', '--play-wait'])
  assert.deepEqual([level?.value, level?.origin, level?.source], ['warn', 'environment', 'SLUICE_LOG_LEVEL'])
  assert.deepEqual([settings.get('auth.token')?.value, settings.get('http.listen')?.origin], [['***'], 'default'])
  assert.equal(settings.get('paths.live/**.record')?.value, 'true')
  assert.ok(!JSON.stringify(view.settings()).includes('hunter2'))
})

test('config view: everything that is wrong with a file is said, by its line', () => {
  const flaws = configView(undefined).check('rtmp:\n  listen: x\n  lisen: 5\nauth: { token: hunter2 }\n')
  assert.deepEqual(flaws.map(({ key }) => key).sort(), ['auth.token', 'rtmp.lisen', 'rtmp.listen'])
  assert.ok(flaws.some(({ detail }) => detail.includes('sluice.yaml:2')))
  assert.ok(!JSON.stringify(flaws).includes('hunter2'))
  assert.deepEqual(configView(undefined).check('rtmp: { listen: ":1935" }'), [])
})
