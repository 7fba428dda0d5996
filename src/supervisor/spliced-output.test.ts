import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { audioFrame, videoFrame } from '../../test/support/sample-frames.ts'
import { settingsOfAll } from '../../test/support/stream-settings.ts'
import { FrameCursor } from '../hub/frame-cursor.ts'
import type { LogEntry } from '../hub/frame-log.ts'
import { StreamRegistry } from '../hub/stream-registry.ts'
import type { Frame } from '../media/frame.ts'
import { InputSlot } from './input-slot.ts'
import { SplicedOutput } from './spliced-output.ts'

const name = 'live/test'

/** Two inputs, and the stream that one of them is on air in. */
class Fixture {
  readonly clock = new FakeClock()
  readonly registry = new StreamRegistry({
    ...{ clock: this.clock, settingsOf: settingsOfAll(), wireLinger: 1000, resumeTimeout: 5000 },
    onConflict: 'reject',
  })
  readonly output = new SplicedOutput({
    claim: this.registry.claim(name, () => ({ ok: false, reason: 'no-input' })),
    ...{ wall: () => 0, onEnd: () => undefined },
  })
  readonly main = this.#slot()
  readonly spare = this.#slot()
  readonly publications = [this.main, this.spare].map(slot =>
    slot.publish({ info: { id: 'x', protocol: 'test', peer: 'there', since: 0 }, onEnd: () => undefined }),
  )

  #cursor: FrameCursor | undefined

  constructor() {
    this.registry.observe({
      onCreated: ({ frames }) => {
        this.#cursor = new FrameCursor(frames)
        this.#cursor.seekEnd()
      },
    })
  }

  /** The next frame of the input of this number. */
  write(number: 1 | 2, frame: Frame): void {
    this.publications[number - 1]?.write(frame)
    if (!this.output.isOpen && this.main.canGoOnAir) this.output.take(this.main)
  }

  /** What a reader gets who was there from the start. To be read once. */
  get frames(): readonly Frame[] {
    const frames: Frame[] = []
    const next = (): LogEntry | undefined => this.#cursor?.next()
    for (let entry = next(); entry !== undefined; entry = next()) frames.push(entry.frame)
    return frames
  }

  #slot(): InputSlot {
    const { clock, output } = this
    return new InputSlot({
      ...{ clock, limits: () => settingsOfAll()(name).limits },
      onFrame: frame => output.write(frame),
      onTrack: track => output.declare(track),
      ...{ onJoin: () => undefined, onLeft: () => undefined },
    })
  }
}

function times(frames: readonly Frame[], kind: 'video' | 'audio', fill?: number): readonly number[] {
  const those = frames.filter(({ track, payload }) => track.kind === kind && payload[0] === (fill ?? payload[0]))
  return those.map(({ dts }) => dts)
}

/** Differences between neighbours. */
function steps(numbers: readonly number[]): ReadonlySet<number> {
  return new Set(numbers.slice(1).map((time, at) => time - (numbers[at] ?? 0)))
}

/** Pictures every 40 ms, of which each 25th is a key frame, and between them sound, `late` ms behind them. */
function play(fixture: Fixture, number: 1 | 2, { from = 0, until = 0, late = 0, origin = 0 }): void {
  for (let time = from; time < until; time += 40) {
    fixture.write(number, videoFrame(origin + time, time % 1000 === 0, 4, number))
    for (const ahead of [5, 25]) fixture.write(number, audioFrame(origin + time - late + ahead, 4, number))
  }
}

for (const [behind, late] of [
  ['as far behind its pictures', 320],
  ['not behind its pictures', 0],
  ['ahead of its pictures', -320],
] as const) {
  test(`spliced output: sound that has ended before its pictures goes on with what the next input has ${behind}`, () => {
    const fixture = new Fixture()
    play(fixture, 1, { until: 1600, late: 320 })
    play(fixture, 2, { until: 1400, late, origin: 70_000 })
    fixture.output.take(fixture.spare)
    play(fixture, 2, { from: 1400, until: 2200, late, origin: 70_000 })
    const { frames } = fixture
    assert.deepEqual(steps(times(frames, 'video')), new Set([40]))
    assert.deepEqual(steps(times(frames, 'audio')), new Set([20]))
    assert.deepEqual([times(frames, 'video', 2)[0], times(frames, 'audio', 2)[0]], [1600, 1285])
  })
}

test('spliced output: sound that was ahead of the pictures is not heard twice', () => {
  const fixture = new Fixture()
  play(fixture, 1, { until: 1600, late: -320 })
  play(fixture, 2, { until: 2400, late: 320, origin: 70_000 })
  fixture.output.take(fixture.spare)
  play(fixture, 2, { from: 2400, until: 2800, late: 320, origin: 70_000 })
  const { frames } = fixture
  assert.deepEqual(steps(times(frames, 'audio')), new Set([20]))
  assert.equal(times(frames, 'audio', 2)[0], 1925)
})

test('spliced output: an input without anything from before it begins leaves as much silence as the other has left', () => {
  const fixture = new Fixture()
  play(fixture, 1, { until: 1600, late: 320 })
  play(fixture, 2, { until: 400, origin: 70_000 })
  fixture.output.take(fixture.spare)
  assert.deepEqual(steps(times(fixture.frames, 'audio')), new Set([20, 340]))
})
