import assert from 'node:assert/strict'
import { test } from 'vitest'
import { emptyCounts } from './frame-checker.ts'
import type { CrewReport } from './player-crew.ts'
import { formatRatios, formatTable } from './report.ts'
import type { Moment, RunRecord } from './run.ts'
import { changeScenario, findScenarios, type Scenario } from './scenarios.ts'
import { summarize } from './summary.ts'

const SPREAD = { count: 3, p50: 1, p99: 2, max: 3 }

function crew(bytes: number, players: number, lost = 0): CrewReport {
  return {
    seconds: 10,
    bytes,
    players,
    starved: 0,
    failures: 0,
    firstFailure: undefined,
    counts: { video: { ...emptyCounts(), received: 100, lost }, audio: emptyCounts() },
    latency: { video: SPREAD, audio: SPREAD },
    firstKey: SPREAD,
  }
}

function moment(atSeconds: number, cpuSeconds: number, residentMb: number): Moment {
  const server = { cpuSeconds, residentBytes: residentMb * 1e6 }
  return { atSeconds, server, machineBusySeconds: atSeconds }
}

function recordOf(scenario: Scenario): RunRecord {
  const generator = { cpu: 0.1, loopDelay: SPREAD }
  const publishers = { frames: 1, bytes: 1.25e6, late: SPREAD, skipped: 0, failures: 0, firstFailure: undefined }
  return {
    plan: { scenario, protocol: 'rtmp', server: { kind: 'nginx' }, seconds: 10 },
    base: moment(0, 1, 50),
    start: moment(10, 2, 60),
    end: moment(20, 2.5, 70),
    loads: {
      probe: { generator, publishers, crews: { sampled: crew(10e6, 8, 1) } },
      crowd: { generator, publishers: undefined, crews: { counted: crew(240e6, 192) } },
    },
    churn: undefined,
    srt: undefined,
  }
}

function find(name: string): Scenario {
  const found = findScenarios(name)[0]
  assert.ok(found)
  return found
}

test('summary: CPU per gigabyte is of the window, over what all players got', () => {
  const result = summarize(recordOf(find('fan-out-200')))
  assert.equal(result.cpu.perDeliveredGb, 2)
  assert.equal(result.cpu.cores, 0.05)
  assert.equal(result.deliveredMbps, 200)
  assert.equal(result.players, 200)
})

test('summary: memory per player is the growth since the base', () => {
  assert.equal(summarize(recordOf(find('fan-out-200'))).memory.perPlayerKb, 100)
  assert.equal(summarize(recordOf(find('streams-200'))).memory.perPlayerKb, undefined)
})

test('summary: CPU per ingested gigabyte is for scenarios with several streams', () => {
  assert.equal(summarize(recordOf(find('fan-out-200'))).cpu.perIngestedGb, undefined)
  assert.equal(summarize(recordOf(find('streams-200'))).cpu.perIngestedGb, 400)
})

test('report: the table shows what was lost, and below it what the generator used', () => {
  const table = formatTable([summarize(recordOf(find('fan-out-200')))])
  assert.match(table, /1\/0\/0\/0/)
  assert.match(table, /generator CPU: probe 10 %, crowd 10 %/)
})

test('report: ratios are of medians, and only of figures that both have', () => {
  const ours = summarize(recordOf(find('fan-out-200')))
  const theirs = { ...ours, cpu: { ...ours.cpu, perDeliveredGb: 4 }, firstKeyMs: { ...SPREAD, p99: undefined } }
  assert.equal(
    formatRatios('a / b', [ours, ours], [theirs]),
    'a / b: CPU s/GB 0.50, RSS 1.00, video p50 1.00, video p99 1.00',
  )
})

test('scenarios: a change without numbers changes nothing', () => {
  const none = { players: undefined, streams: undefined, kbps: undefined, sampled: undefined, joins: undefined }
  for (const one of findScenarios('all')) assert.deepEqual(changeScenario(one, none), one)
})
