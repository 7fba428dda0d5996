import assert from 'node:assert/strict'
import { test } from 'vitest'
import { KeptLog } from '../../test/support/kept-log.ts'
import { publishSettingsOfAll } from '../../test/support/path-settings.ts'
import { RelayFixture } from '../../test/support/relay-fixture.ts'
import { loadConfig } from '../config/load-config.ts'
import { FormatsByChunkSize } from '../protocols/rtmp/formats-by-chunk-size.ts'
import { type AppConfig, appConfig } from './config.ts'
import { createRelays } from './relays.ts'

function configOf(file: string): AppConfig {
  return loadConfig(appConfig, { argv: [], env: {}, readFile: () => file }).config
}

const reports = { open: () => undefined, close: () => undefined, of: () => undefined }

test('relays: destinations and pulls follow the configuration', async () => {
  const fixture = new RelayFixture()
  const log = new KeptLog()
  const shared = {
    ...fixture.context,
    log,
    formats: new FormatsByChunkSize(),
    publishSettings: publishSettingsOfAll({}),
    declarations: { declarationOf: () => undefined, declarations: [] },
  }
  const relays = createRelays(configOf(''), { ...shared, faultReports: reports, srtReports: reports })
  relays.open()
  assert.deepEqual(relays.list(), [])
  relays.applySettings(
    configOf(`
      relay: { to: ["udp://192.0.2.1:5000"] }
      paths:
        "a/**": { push: ["udp://192.0.2.1:5001"] }
        "far": { pull: "file:///nowhere/clip.ts", pullOnDemand: false }
    `),
  )
  assert.deepEqual(
    relays.list().map(({ direction, stream, url, destination }) => [direction, stream, url, destination]),
    [
      ['push', undefined, 'udp://192.0.2.1:5000', 1],
      ['pull', 'far', 'file:…/clip.ts', undefined],
    ],
  )
  relays.applySettings(configOf(''))
  assert.deepEqual(relays.list(), [])
  await relays.close()
})
