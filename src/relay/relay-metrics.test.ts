import assert from 'node:assert/strict'
import { test } from 'vitest'
import { scrape } from '../../test/support/scrape.ts'
import type { RelayState, RelayStatus } from '../contracts/relays.ts'
import { relayMetrics } from './relay-metrics.ts'

function push(stream: string | undefined, state: RelayState): RelayStatus {
  return {
    ...{ direction: 'push', stream, url: 'rtmp://a.example/live', destination: 2, state, since: 0 },
    ...{ lastError: undefined, failures: 3, retryIn: undefined, bytes: 77, framesDropped: 5, tracksLeftOut: [] },
  }
}

async function scrapeLines(...list: readonly RelayStatus[]): Promise<readonly string[]> {
  return (await scrape(relayMetrics({ list: () => list }))).split('\n')
}

const labels = 'direction="push",stream="a",url="rtmp://a.example/live",destination="2"'

test('relay metrics: a push tells what it has done', async () => {
  const lines = await scrapeLines(push('a', 'sending'))
  assert(lines.includes('sluice_relays{direction="push",state="sending"} 1'))
  assert(lines.includes(`sluice_relay_bytes_total{${labels}} 77`))
  assert(lines.includes(`sluice_relay_frames_dropped_total{${labels}} 5`))
  assert(lines.includes(`sluice_relay_failures_total{${labels}} 3`))
})

for (const [state, value] of [
  ['sending', 1],
  ['receiving', 1],
  ['connecting', 0],
  ['waiting', 0],
  ['failed', 0],
] as const) {
  test(`relay metrics: ${state} is ${value === 1 ? 'up' : 'not up'}`, async () => {
    assert((await scrapeLines(push('a', state))).includes(`sluice_relay_up{${labels}} ${value}`))
  })
}

for (const state of ['idle', 'ended'] as const) {
  test(`relay metrics: ${state} is neither up nor down`, async () => {
    assert(!(await scrapeLines(push('a', state))).some(line => line.startsWith('sluice_relay_up{')))
  })
}

test('relay metrics: a destination that no stream uses has no series of its own', async () => {
  const lines = await scrapeLines(push(undefined, 'idle'))
  assert(lines.includes('sluice_relays{direction="push",state="idle"} 1'))
  assert(!lines.some(line => line.includes('a.example')))
})
