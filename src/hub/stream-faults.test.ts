import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { PlainFormat, RecordingSink } from '../../test/support/plain-wire.ts'
import { videoFrame } from '../../test/support/sample-frames.ts'
import { settingsOfAll } from '../../test/support/stream-settings.ts'
import type { PlacedFrame, WireFormat } from '../contracts/wire-format.ts'
import type { FaultSink } from './contained-fault.ts'
import { Stream } from './stream.ts'
import type { WireLog } from './wire-log.ts'
import { WireReader } from './wire-reader.ts'

/** Throws what the test says, while it says something. */
class FaultyFormat extends PlainFormat implements WireFormat {
  error: Error | undefined
  muxers = 0

  override createMuxer(out: WireLog): { write(placed: PlacedFrame): void; flush(): void } {
    const muxer = super.createMuxer(out)
    this.muxers++
    return {
      write: placed => {
        this.#check()
        muxer.write(placed)
      },
      flush: () => this.#check(),
    }
  }

  #check(): void {
    if (this.error !== undefined) throw this.error
  }
}

class FaultySink extends RecordingSink {
  error: Error | undefined
  endError: Error | undefined

  override write(...args: Parameters<RecordingSink['write']>): void {
    if (this.error !== undefined) throw this.error
    super.write(...args)
  }

  override publisherLeft(): void {
    if (this.error !== undefined) throw this.error
  }

  override end(...args: Parameters<RecordingSink['end']>): void {
    super.end(...args)
    if (this.endError !== undefined) throw this.endError
  }
}

class Rig {
  readonly clock = new FakeClock()
  readonly told: string[] = []
  readonly stream: Stream
  readonly #publication
  readonly publisherEnds: string[] = []
  #readers = 0

  constructor(
    onFault: FaultSink | undefined = ({ part, name, connection, error }) =>
      this.told.push([part, name, connection, error instanceof Error ? error.message : ''].join(' ')),
  ) {
    const context = { clock: this.clock, settingsOf: settingsOfAll(), wireLinger: 1000, onFault }
    this.stream = new Stream('live/a', context, { onChange: () => undefined, onTrack: () => undefined })
    const info = { id: 'rtmp-1', protocol: 'rtmp', peer: 'there', since: 0 }
    this.#publication = this.stream.publish({ info, onEnd: reason => this.publisherEnds.push(reason) })
  }

  read<Sink extends RecordingSink>(format: WireFormat, sink: Sink): Sink {
    const info = { id: `reader-${++this.#readers}`, protocol: 'test', peer: 'here', since: 0 }
    this.reader = new WireReader(this.stream, format, info, sink)
    return sink
  }

  reader: WireReader | undefined

  write(...times: number[]): void {
    for (const time of times) {
      this.#publication.write(videoFrame(time, time % 4 === 0))
      this.clock.advance(0)
    }
  }

  leave(): void {
    this.#publication.close()
  }
}

test('stream: a reader that throws is ended, and the others miss nothing', () => {
  const rig = new Rig()
  const format = new PlainFormat()
  const before = rig.read(format, new RecordingSink())
  const faulty = rig.read(format, new FaultySink())
  const after = rig.read(format, new RecordingSink())
  rig.write(0, 1)
  faulty.error = new TypeError('no such thing')
  rig.write(2, 3, 4)
  assert.deepEqual(
    [before.times, after.times],
    [
      [0, 1, 2, 3, 4],
      [0, 1, 2, 3, 4],
    ],
  )
  assert.deepEqual(faulty.calls, ['start h264', 'end failed'])
  assert.deepEqual(rig.told, ['reader test reader-2 no such thing'])
  assert.deepEqual([rig.stream.subscribers.size, rig.publisherEnds.length], [2, 0])
  assert.equal(rig.stream.deliveryTotals().get('test')?.bytesSent, 12)
})

test('stream: a reader is behind, though another has thrown in the same turn', () => {
  const rig = new Rig()
  const format = new PlainFormat()
  const faulty = rig.read(format, new FaultySink())
  const slow = rig.read(format, new RecordingSink())
  rig.write(0)
  faulty.error = new TypeError('no such thing')
  slow.isBusy = true
  rig.write(1)
  slow.isBusy = false
  rig.clock.advance(20)
  assert.deepEqual(slow.times, [0, 1])
})

test('stream: a reader that cannot even be ended is told of twice, and is gone', () => {
  const rig = new Rig()
  const faulty = rig.read(new PlainFormat(), new FaultySink())
  rig.write(0)
  faulty.error = new TypeError('no such thing')
  faulty.endError = new RangeError('nothing to end')
  rig.write(1, 2)
  assert.deepEqual(rig.told, ['reader test reader-1 no such thing', 'reader test reader-1 nothing to end'])
  assert.equal(rig.stream.subscribers.size, 0)
})

test('stream: a reader that throws when the publisher leaves does not keep it from the others', () => {
  const rig = new Rig()
  const format = new PlainFormat()
  const faulty = rig.read(format, new FaultySink())
  const other = rig.read(format, new RecordingSink())
  rig.write(0)
  faulty.error = new TypeError('no such thing')
  rig.leave()
  assert.deepEqual(other.calls, ['start h264', 'left'])
  assert.deepEqual(faulty.calls, ['start h264', 'end failed'])
})

test('stream: a muxer that throws ends the readers of its format, and the next one has a new muxer', () => {
  const rig = new Rig()
  const faulty = new FaultyFormat()
  const victims = [rig.read(faulty, new RecordingSink()), rig.read(faulty, new RecordingSink())]
  const other = rig.read(new PlainFormat(), new RecordingSink())
  rig.write(0, 1)
  faulty.error = new RangeError('out of range')
  rig.write(2, 3)
  faulty.error = undefined
  for (const { times, calls } of victims) {
    assert.deepEqual(times, [0, 1])
    assert.deepEqual(calls, ['start h264', 'end failed'])
  }
  const next = rig.read(faulty, new RecordingSink())
  rig.write(4)
  assert.deepEqual(next.times, [0, 1, 2, 3, 4])
  assert.deepEqual(other.times, [0, 1, 2, 3, 4])
  assert.deepEqual(rig.told, ['format plain  out of range'])
  assert.deepEqual([faulty.muxers, rig.stream.subscribers.size, rig.publisherEnds.length], [2, 2, 0])
})

test('stream: a muxer that throws at what is there already ends who has just come', () => {
  const rig = new Rig()
  rig.write(0)
  const faulty = new FaultyFormat()
  faulty.error = new RangeError('out of range')
  const sink = rig.read(faulty, new RecordingSink())
  assert.deepEqual(sink.calls, [])
  rig.clock.advance(0)
  assert.deepEqual(sink.calls, ['end failed'])
  assert.equal(rig.stream.subscribers.size, 0)
})

test('stream: a muxer that throws when the publisher leaves ends its readers alone', () => {
  const rig = new Rig()
  const faulty = new FaultyFormat()
  const victim = rig.read(faulty, new RecordingSink())
  const other = rig.read(new PlainFormat(), new RecordingSink())
  rig.write(0)
  faulty.error = new RangeError('out of range')
  rig.leave()
  rig.clock.advance(0)
  assert.deepEqual([victim.calls.at(-1), other.calls], ['end failed', ['start h264', 'left']])
})

test('stream: a log that nobody reads any more and that has failed does not take its successor along', () => {
  const rig = new Rig()
  const faulty = new FaultyFormat()
  rig.read(faulty, new RecordingSink())
  rig.write(0)
  rig.reader?.close()
  faulty.error = new RangeError('out of range')
  rig.write(1)
  faulty.error = undefined
  const next = rig.read(faulty, new RecordingSink())
  rig.clock.advance(2000)
  rig.write(2)
  assert.deepEqual(next.times, [0, 1, 2])
})

test('stream: where nobody is told of faults they are thrown on', () => {
  const clock = new FakeClock()
  const context = { clock, settingsOf: settingsOfAll(), wireLinger: 1000 }
  const stream = new Stream('live/a', context, { onChange: () => undefined, onTrack: () => undefined })
  const info = { id: 'rtmp-1', protocol: 'rtmp', peer: 'there', since: 0 }
  const publication = stream.publish({ info, onEnd: () => undefined })
  const sink = new FaultySink()
  new WireReader(stream, new PlainFormat(), info, sink)
  sink.error = new TypeError('no such thing')
  publication.write(videoFrame(0, true))
  assert.throws(() => clock.advance(0), /no such thing/)
})
