import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { audioFrame, videoFrame, videoTrack } from '../../test/support/sample-frames.ts'
import { ScriptedSource } from '../../test/support/scripted-source.ts'
import { settingsOfAll } from '../../test/support/stream-settings.ts'
import type { ServerEvent } from '../contracts/events.ts'
import type { Log } from '../contracts/log.ts'
import { ConnectionError } from '../core/errors.ts'
import { FrameCursor } from '../hub/frame-cursor.ts'
import { StreamRegistry } from '../hub/stream-registry.ts'
import type { Frame } from '../media/frame.ts'
import { StreamSupervisors } from './stream-supervisors.ts'
import type { InputPlan, StreamPlan } from './supervised-stream.ts'

const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
}
const lost = new ConnectionError('Cannot go on: the connection is lost')
const name = 'live/test'

/** A stream whose inputs the test holds in its hands. */
class Fixture {
  readonly clock = new FakeClock()
  readonly events: ServerEvent[] = []
  readonly registry = new StreamRegistry({
    ...{ clock: this.clock, settingsOf: settingsOfAll(), wireLinger: 1000, resumeTimeout: 5000 },
    onConflict: 'reject',
  })
  readonly supervisors = new StreamSupervisors({
    ...{ registry: this.registry, clock: this.clock, log: silent },
    events: { emit: event => void this.events.push(event) },
    limitsOf: () => settingsOfAll()(name).limits,
    onConflict: 'reject',
    startTimeout: () => 3000,
  })
  readonly sources: readonly ScriptedSource[]
  #cursor: FrameCursor | undefined
  #time = 0

  constructor(count: number, more: Partial<InputPlan> = {}, stream: Partial<StreamPlan> = {}) {
    this.sources = Array.from({ length: count }, () => new ScriptedSource())
    this.registry.observe({
      onCreated: ({ frames }) => {
        this.#cursor = new FrameCursor(frames)
        this.#cursor.seekEnd()
      },
    })
    this.supervisors.open([this.plan(this.sources, more, stream)])
  }

  plan(
    sources: readonly (ScriptedSource | undefined)[],
    more: Partial<InputPlan> = {},
    stream: Partial<StreamPlan> = {},
  ): StreamPlan {
    const inputs = sources.map(
      (source): InputPlan => ({
        ...{ key: `${this.sources.indexOf(source as ScriptedSource)}`, shown: 'there', title: '', timeout: 5000 },
        ...{ reconnect: { shortest: 1000, longest: 8000, jitter: 0 }, isHot: true, isSlate: false },
        createSource: source && (() => source),
        ...more,
      }),
    )
    return { name, inputs, hold: 10_000, onDemand: undefined, ...stream }
  }

  get status() {
    return this.supervisors.of(name) ?? assert.fail('it has no inputs')
  }

  get onAir(): number | undefined {
    return this.status.inputs.find(({ isOnAir }) => isOnAir)?.number
  }

  source(number: number): ScriptedSource {
    return this.sources[number - 1] ?? assert.fail()
  }

  /** Let time pass while the inputs of these numbers bring media, a key frame each second. */
  async pass(span: number, ...numbers: readonly number[]): Promise<void> {
    for (const end = this.#time + span; this.#time < end; this.#time += 100) {
      for (const number of numbers) {
        if (!this.source(number).isConnected) continue
        const { publication } = this.source(number)
        const isKey = this.#time % 1000 === 0
        publication.write(videoFrame(this.#time, isKey, 4, number))
        publication.write(audioFrame(this.#time + 5, 4, number))
      }
      this.clock.advance(100)
      await settled()
    }
  }

  /** Frames that a reader who was there from the start gets. */
  read(): readonly Frame[] {
    const frames: Frame[] = []
    const next = () => this.#cursor?.next()
    for (let entry = next(); entry !== undefined; entry = next()) frames.push(entry.frame)
    return frames
  }
}

/** Let promises be kept. */
function settled(): Promise<void> {
  return new Promise(setImmediate)
}

function assertSteady(frames: readonly Frame[], longestGap: number): void {
  for (const id of [0, 1]) {
    const times = frames.filter(({ track }) => track.id === id).map(({ dts }) => dts)
    const steps = times.slice(1).map((time, at) => time - (times[at] ?? 0))
    assert.ok(Math.min(...steps) > 0)
    assert.ok(Math.max(...steps) <= longestGap, `a step of ${Math.max(...steps)} ms`)
  }
}

function fillsOf(frames: readonly Frame[]): readonly number[] {
  const fills = frames.map(({ payload }) => payload[0] ?? 0)
  return fills.filter((fill, at) => fill !== fills[at - 1])
}

test('supervisor: reasons for a switch are counted from 0 on', async () => {
  const fixture = new Fixture(2)
  assert.deepEqual(new Set(fixture.status.switchCounts.values()), new Set([0]))
  await settled()
  await fixture.pass(1000, 1, 2)
  const { switchCounts } = fixture.status
  assert.deepEqual([switchCounts.get('start'), switchCounts.get('silence')], [1, 0])
})

test('supervisor: a hot backup takes over from a primary that falls silent, in one publication without a gap', async () => {
  const fixture = new Fixture(2)
  await settled()
  await fixture.pass(3000, 1, 2)
  const { publication } = fixture.registry.getLive(name) ?? assert.fail()
  assert.equal(fixture.onAir, 1)
  const before = fixture.read()
  assert.ok(before.every(({ track }) => track === videoTrack || track.kind === 'audio'))
  await fixture.pass(5400, 2)
  assert.equal(fixture.onAir, 2)
  assert.equal(fixture.registry.getLive(name)?.publication, publication)
  const frames = [...before, ...fixture.read()]
  assert.deepEqual(fillsOf(frames), [1, 2])
  assertSteady(frames, 200)
  const { switches } = fixture.status
  assert.deepEqual(
    switches.map(({ from, to, reason }) => [from, to, reason]),
    [
      [undefined, 1, 'start'],
      [1, 2, 'silence'],
    ],
  )
  const types = fixture.events.map(({ type }) => type)
  assert.deepEqual(types, ['input.switched', 'input.failed', 'input.switched'])
})

test('supervisor: the primary gets its place back after it has held, at its key frame, and players miss nothing', async () => {
  const fixture = new Fixture(2)
  await settled()
  await fixture.pass(2000, 1, 2)
  fixture.source(1).end(lost)
  await fixture.pass(1200, 2)
  assert.equal(fixture.onAir, 2)
  assert.equal(fixture.source(1).attempts, 2)
  await fixture.pass(9000, 1, 2)
  assert.equal(fixture.onAir, 2)
  await fixture.pass(3000, 1, 2)
  assert.equal(fixture.onAir, 1)
  const frames = fixture.read()
  assert.deepEqual(fillsOf(frames), [1, 2, 1])
  assertSteady(frames, 200)
  assert.equal(fixture.status.switches.at(-1)?.reason, 'failback')
})

test('supervisor: a primary that never brings media does not hold the stream up', async () => {
  const fixture = new Fixture(3)
  await settled()
  fixture.source(2).end(lost)
  await fixture.pass(4800, 3)
  assert.equal(fixture.onAir, undefined)
  await fixture.pass(600, 3)
  assert.equal(fixture.onAir, 3)
  assert.equal(fixture.status.switches[0]?.reason, 'never-connected')
})

test('supervisor: the only input that is lost is tried again after the shortest wait, and goes on in one time', async () => {
  const fixture = new Fixture(1)
  await settled()
  await fixture.pass(3000, 1)
  const { publication } = fixture.registry.getLive(name) ?? assert.fail()
  fixture.source(1).end(lost)
  await settled()
  await fixture.pass(800)
  assert.equal(fixture.source(1).attempts, 1)
  assert.equal(fixture.status.inputs[0]?.retryIn, 200)
  await fixture.pass(200)
  assert.equal(fixture.source(1).attempts, 2)
  await fixture.pass(2000, 1)
  assert.equal(fixture.registry.getLive(name)?.publication, publication)
  assertSteady(fixture.read(), 200)
  assert.equal(fixture.status.switches.length, 1)
})

test('supervisor: a cold backup is connected when the primary is lost, and let go when that is back', async () => {
  const fixture = new Fixture(2, { isHot: false })
  await settled()
  await fixture.pass(1000, 1)
  assert.equal(fixture.source(2).attempts, 0)
  fixture.source(1).end(lost)
  await fixture.pass(200)
  assert.ok(fixture.source(2).isConnected)
  await fixture.pass(1000, 2)
  assert.equal(fixture.onAir, 2)
  await fixture.pass(12_000, 1, 2)
  assert.equal(fixture.onAir, 1)
  assert.ok(!fixture.source(2).isConnected)
})

test('supervisor: an operator chooses, and lets go again', async () => {
  const fixture = new Fixture(2)
  await settled()
  await fixture.pass(1500, 1, 2)
  assert.ok(!fixture.supervisors.pin(name, 3))
  assert.ok(fixture.supervisors.pin(name, 2))
  assert.equal(fixture.onAir, 1)
  await fixture.pass(700, 1, 2)
  assert.equal(fixture.onAir, 2)
  await fixture.pass(20_000, 1, 2)
  assert.equal(fixture.onAir, 2)
  fixture.supervisors.pin(name, undefined)
  await fixture.pass(1200, 1, 2)
  assert.equal(fixture.onAir, 1)
  assert.deepEqual(fillsOf(fixture.read()), [1, 2, 1])
})

test('supervisor: what is not changed of the inputs costs them no connection', async () => {
  const fixture = new Fixture(2)
  await settled()
  await fixture.pass(2000, 1, 2)
  const [first, second] = fixture.sources
  fixture.supervisors.apply([fixture.plan([second, first], { timeout: 7000 })])
  await fixture.pass(9500, 1, 2)
  assert.equal(fixture.onAir, 2)
  fixture.supervisors.apply([fixture.plan([second])])
  await fixture.pass(1000, 2)
  assert.ok(!fixture.source(1).isConnected)
  assert.equal(fixture.source(2).attempts, 1)
  assert.deepEqual(fillsOf(fixture.read()), [1, 2])
  fixture.supervisors.apply([])
  await settled()
  assert.ok(!fixture.source(2).isConnected)
  assert.equal(fixture.registry.get(name), undefined)
})

test('supervisor: what was on air and is no input any more is replaced at once', async () => {
  const fixture = new Fixture(2)
  await settled()
  await fixture.pass(1500, 1, 2)
  fixture.supervisors.apply([fixture.plan([fixture.source(2)])])
  await fixture.pass(500, 2)
  assert.equal(fixture.onAir, 2)
  const frames = fixture.read()
  assert.deepEqual(fillsOf(frames), [1, 2])
  assertSteady(frames, 200)
})

test('supervisor: other codecs are another publication, and its players wait for it', async () => {
  const fixture = new Fixture(2)
  await settled()
  await fixture.pass(1000, 1)
  const { publication } = fixture.registry.getLive(name) ?? assert.fail()
  const { publication: backup } = fixture.source(2)
  for (let time = 0; time < 1500; time += 100) {
    backup.write(videoFrame(time, time === 0))
    await fixture.pass(100, 1)
  }
  fixture.source(1).end(lost)
  await settled()
  assert.equal(fixture.onAir, 2)
  assert.notEqual(fixture.registry.getLive(name)?.publication, publication)
  assert.equal(fixture.registry.getLive(name)?.tracks.length, 1)
})

test('supervisor: when nothing comes any more, the stream has no publisher after a while', async () => {
  const fixture = new Fixture(1)
  await settled()
  await fixture.pass(1000, 1)
  fixture.source(1).end(lost)
  await fixture.pass(9000)
  assert.ok(fixture.registry.getLive(name))
  await fixture.pass(2000)
  assert.equal(fixture.registry.getLive(name), undefined)
  await fixture.pass(5000)
  await fixture.pass(2000, 1)
  assert.ok(fixture.registry.getLive(name))
})

test('supervisor: nobody else publishes a stream that has inputs, unless one waits for him', async () => {
  const fixture = new Fixture(1)
  const info = { id: 'rtmp-1', protocol: 'rtmp', peer: 'here', since: 0 }
  const port = { info, onEnd: () => undefined }
  assert.deepEqual(fixture.registry.publish(name, port), { ok: false, reason: 'no-input' })
  fixture.supervisors.apply([fixture.plan([fixture.source(1), undefined])])
  const result = fixture.registry.publish(name, port)
  assert.ok(result.ok)
  assert.deepEqual(fixture.registry.publish(name, port), { ok: false, reason: 'occupied' })
  const { publication } = result
  const publish = (at: number): void => publication.write(videoFrame(at, at % 1000 === 0, 4, 9))
  await settled()
  await fixture.pass(1000, 1)
  const standing = fixture.supervisors.standbySessions()
  assert.deepEqual(
    standing.map(({ info: { id }, role, stream }) => [id, role, stream]),
    [['rtmp-1', 'publisher', name]],
  )
  fixture.source(1).end(lost)
  publish(0)
  publish(40)
  await settled()
  await fixture.pass(100)
  publish(1000)
  await fixture.pass(1000)
  assert.equal(fixture.onAir, 2)
  assert.deepEqual(fixture.supervisors.standbySessions(), [])
  // It is started anew, and goes on with whoever publishes.
  fixture.supervisors.restart(name)
  publish(2000)
  await fixture.pass(100)
  assert.ok(publication.isOpen)
  assert.deepEqual(fixture.registry.publish(name, port), { ok: false, reason: 'occupied' })
  publish(3000)
  await fixture.pass(5500)
  publish(4000)
  await fixture.pass(1100)
  assert.equal(fixture.onAir, 2)
  fixture.supervisors.stop(name)
  assert.ok(!publication.isOpen)
  assert.deepEqual(fixture.registry.publish(name, port), { ok: false, reason: 'no-input' })
  fixture.supervisors.start(name)
  assert.ok(fixture.registry.publish(name, port).ok)
})

for (const [what, doors, isRelay] of [
  ['goes on where one of them waits for encoders', 1, undefined],
  ['has to go where none waits', 0, undefined],
  ['has to go if it was pulled for the stream', 1, true],
] as const) {
  test(`supervisor: who publishes a stream that gets inputs ${what}`, async () => {
    const fixture = new Fixture(1)
    fixture.supervisors.apply([])
    await settled()
    const ends: string[] = []
    const info = { id: 'rtmp-1', protocol: 'rtmp', peer: 'here', since: 0, ...(isRelay && { isRelay }) }
    const result = fixture.registry.publish(name, { info, onEnd: reason => ends.push(reason) })
    assert.ok(result.ok)
    const { publication } = result
    publication.declare(videoTrack)
    publication.write(videoFrame(0, true, 4, 9))
    fixture.supervisors.apply([fixture.plan(doors === 0 ? fixture.sources : [undefined])])
    const goesOn = doors === 1 && isRelay === undefined
    assert.deepEqual(ends, goesOn ? [] : ['replaced'])
    publication.write(videoFrame(40, false, 4, 9))
    assert.equal(fixture.registry.getLive(name), undefined)
    publication.write(videoFrame(1000, true, 4, 9))
    publication.write(videoFrame(1040, false, 4, 9))
    await fixture.pass(1200)
    assert.equal(fixture.onAir, goesOn ? 1 : undefined)
    assert.equal(fixture.registry.getLive(name)?.publication?.info.id, goesOn ? 'rtmp-1' : undefined)
    publication.close()
    assert.equal(fixture.status.inputs[0]?.state, 'connecting')
  })
}

test('supervisor: on demand, inputs are connected for the first who comes, and let go behind the last', async () => {
  const fixture = new Fixture(1, {}, { onDemand: { linger: 2000 } })
  await settled()
  await fixture.pass(1000)
  assert.equal(fixture.source(1).attempts, 0)
  const waiting = fixture.registry.waitLive(name, 0, new AbortController().signal)
  await settled()
  await fixture.pass(500, 1)
  assert.equal((await waiting)?.name, name)
  await fixture.pass(4000, 1)
  assert.ok(!fixture.source(1).isConnected)
  assert.equal(fixture.status.state, 'resting')
  assert.equal(fixture.registry.get(name), undefined)
})
