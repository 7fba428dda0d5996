import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ArgumentError, parseBenchArguments } from './arguments.ts'

function parse(line: string, ...more: readonly string[]) {
  return parseBenchArguments([...line.split(' ').filter(word => word !== ''), ...more])
}

test('arguments: mpegts stands among the scenarios, but is none', () => {
  const plan = parseBenchArguments(['mpegts', 'fan-out-50'])
  assert.equal(plan.isMeasuringMpegts, true)
  assert.deepEqual(
    plan.scenarios.map(({ name }) => name),
    ['fan-out-50'],
  )
  assert.equal(parseBenchArguments(['fan-out-50']).isMeasuringMpegts, false)
})

test('arguments: scenarios of HLS stand beside the others, with windows of their own', () => {
  const plan = parse('hls-2000 ll-hls-1000 hls-dvr-50 fan-out-50 --peer nginx --sendfile off')
  assert.deepEqual(
    plan.hls.map(({ name, seconds }) => [name, seconds]),
    [
      ['hls-2000', 20],
      ['ll-hls-1000', 20],
      ['hls-dvr-50', 1800],
    ],
  )
  assert.equal(plan.scenarios.length, 1)
  assert.deepEqual([plan.hlsComparison.isBesideNginx, plan.hlsComparison.sendfile], [true, 'off'])
  const [short] = parse('hls-dvr-50 --secs 60 --streams 5 --settle 10').hls
  assert.deepEqual([short?.seconds, short?.streams, short?.settleSeconds], [60, 5, 10])
})

test('arguments: scenarios of the API stand beside the others, and are changed as they are', () => {
  const plan = parse('api-reads inputs fan-out-50 --players 50 --streams 30 --settle 1 --repeat 2', '--flags=--a b')
  assert.deepEqual(
    plan.api.map(({ name, players, streams, settleSeconds, seconds }) => [
      name,
      players,
      streams,
      settleSeconds,
      seconds,
    ]),
    [
      ['api-reads', 50, 30, 1, 30],
      ['inputs-300', 50, 30, 1, 10],
    ],
  )
  assert.equal(plan.scenarios.length, 1)
  assert.deepEqual(plan.apiRuns, { repeat: 2, flags: ['--a', 'b'], isSaving: false })
})

test('arguments: a scenario alone runs Sluice once over both protocols', () => {
  const plan = parse('fan-out-200')
  assert.deepEqual(
    plan.scenarios.map(({ name, players }) => ({ name, players })),
    [{ name: 'fan-out-200', players: 200 }],
  )
  assert.equal(plan.protocols, undefined)
  assert.deepEqual(plan.scenarios[0]?.playing, ['rtmp', 'http-flv'])
  assert.deepEqual(plan.server, { kind: 'sluice', flags: [] })
  assert.equal(plan.peer, undefined)
  assert.equal(plan.repeat, 1)
  assert.equal(plan.seconds, 10)
})

test('arguments: the first part of a name stands for all that begin with it', () => {
  const names = parse('fan-out churn').scenarios.map(scenario => scenario.name)
  assert.deepEqual(names, ['fan-out-50', 'fan-out-200', 'fan-out-1000', 'fan-out-3000', 'churn'])
})

test('arguments: beside nginx only RTMP is played', () => {
  assert.deepEqual(parse('fan-out-50 --peer nginx').protocols, ['rtmp'])
  assert.throws(() => parse('fan-out-50 --peer nginx --protocol http-flv'), ArgumentError)
})

test('arguments: RTMPS is played if asked for, and from Sluice alone', () => {
  assert.deepEqual(parse('fan-out-50 --protocol rtmps,rtmp').protocols, ['rtmps', 'rtmp'])
  assert.throws(() => parse('fan-out-50 --peer nginx --protocol rtmps'), /only Sluice gets a certificate/)
})

test('arguments: changed numbers are part of the name, so that baselines stay apart', () => {
  const [scenario] = parse('fan-out-200 --kbps 600 --players 3').scenarios
  assert.equal(scenario?.name, 'fan-out-200-3players-600kbps')
  assert.equal(scenario?.shape.kbps, 600)
  assert.equal(scenario?.sampled, 3)
})

test('arguments: slow readers stay the same share of the players', () => {
  assert.equal(parse('slow-readers --players 100').scenarios[0]?.slow, 10)
})

test('arguments: churn takes its number of joins', () => {
  assert.deepEqual(parse('churn --joins 500').scenarios[0]?.course, { type: 'churn', joins: 500, atOnce: 1000 })
})

test('arguments: flags go to Sluice', () => {
  const plan = parse('churn', '--flags=--hub-window 350ms  --x y')
  assert.deepEqual(plan.server, { kind: 'sluice', flags: ['--hub-window', '350ms', '--x', 'y'] })
})

test('arguments: a command says where its ports go', () => {
  const words = ['relay', '-r', '{rtmp}', '-h', '{http}']
  assert.deepEqual(parse('churn', '--server', words.join(' ')).server, { kind: 'command', words })
  assert.throws(() => parse('churn', '--server', 'relay'), /Cannot use server "relay"/)
})

test('arguments: beside srt-live-transmit there is SRT alone', () => {
  const plan = parse('srt-ingest-50 srt-fanout-100 --peer srt-live-transmit')
  assert.deepEqual(plan.peer, { kind: 'srt-live-transmit' })
  assert.deepEqual(
    plan.scenarios.map(({ playing }) => playing),
    [['srt'], ['srt']],
  )
  assert.throws(() => parse('fan-out-50 --peer srt-live-transmit'), /it has SRT alone/)
  assert.throws(() => parse('srt-fanout-100 --peer nginx'), ArgumentError)
})

test('arguments: players over SRT stay until the end', () => {
  assert.deepEqual(parse('fan-out-50 --protocol srt').protocols, ['srt'])
  assert.throws(() => parse('churn --protocol srt'), /neither leave nor read slowly/)
  assert.throws(() => parse('slow-readers --protocol srt'), ArgumentError)
})

for (const wrong of ['nonsense', 'churn --secs 0', 'churn --repeat x', 'churn --protocol hls', 'churn --unknown']) {
  test(`arguments: "${wrong}" is refused`, () => {
    assert.throws(() => parse(wrong), ArgumentError)
  })
}
