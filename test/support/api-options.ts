import assert from 'node:assert/strict'
import type { ApiOptions } from '../../src/api/api-routes.ts'
import { SlashedNames } from '../../src/api/slashed-names.ts'
import { StreamRegistry } from '../../src/hub/stream-registry.ts'
import { noDeclaredStreams } from './declared-streams.ts'
import { FakeClock } from './fake-clock.ts'
import { noInputs } from './no-inputs.ts'
import { settingsOfAll } from './stream-settings.ts'

/** What the API is made of where nothing goes on, and what is given instead. */
export function apiOptions(instead: Partial<ApiOptions> = {}): ApiOptions {
  const { clock = new FakeClock() } = instead
  const hub = { wireLinger: 0, onConflict: 'reject', resumeTimeout: 5000 } as const
  return {
    clock,
    registry: new StreamRegistry({ clock, settingsOf: settingsOfAll(), ...hub }),
    declared: noDeclaredStreams,
    declaration: { type: 'object' },
    names: new SlashedNames(),
    recordings: {
      of: () => undefined,
      list: () => [],
      start: () => ({ ok: false, reason: 'not-live' }),
      stop: async () => ({ ok: false, reason: 'not-recorded' }),
    },
    dvr: { list: () => [], read: async () => undefined, remove: async () => false },
    sessions: { list: () => [] },
    inputs: noInputs,
    relays: { list: () => [] },
    declaredHooks: noDeclaredStreams,
    hookDeclaration: { type: 'object' },
    hooks: { list: () => [], test: () => assert.fail('not expected') },
    feeds: { schema: {}, open: () => assert.fail('not expected') },
    reconnects: { request: () => assert.fail('not expected') },
    srtReports: { of: () => undefined },
    faultReports: { of: () => undefined },
    configView: {
      file: undefined,
      revision: 'r1',
      settings: () => [],
      check: () => [],
      change: async () => ({ now: [], next: [], needsRestart: [] }),
    },
    server: {
      version: '1.2.3',
      startedAt: clock.wall(),
      ports: () => ({ http: 8080, https: null, rtmp: null, rtmps: null, srt: null }),
      config: {
        ...{ reloads: 2, failures: 1, lastReload: Date.UTC(2026, 0, 1), problem: 'Unknown key a' },
        needsRestart: ['rtmp.listen'],
      },
    },
    ...instead,
  }
}
