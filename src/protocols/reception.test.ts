import assert from 'node:assert/strict'
import { test } from 'vitest'
import { KeptLog } from '../../test/support/kept-log.ts'
import { publishSettingsOfAll } from '../../test/support/path-settings.ts'
import { readTsFixture, splitPackets } from '../../test/support/ts-fixture.ts'
import type { ConnectionReports, Reporter } from '../contracts/connection-reports.ts'
import { noTsFaults, type TsFaults } from '../formats/mpegts/ts-faults.ts'
import type { Frame } from '../media/frame.ts'
import { Reception } from './reception.ts'

const packets = splitPackets(readTsFixture('h264-aac'))

/** A reception with nobody around it but those that it tells. */
class Fixture implements ConnectionReports<TsFaults> {
  readonly log = new KeptLog()
  readonly frames: Frame[] = []
  readonly reception: Reception
  reporter: Reporter<TsFaults, TsFaults> | undefined
  isOpen = true

  constructor() {
    const { log, frames } = this
    const target = {
      continuesFrom: undefined,
      encoder: undefined,
      announcesPictures: false,
      declare: () => undefined,
      write: (frame: Frame) => void frames.push(frame),
    }
    const settings = publishSettingsOfAll({}).general
    const names = { connection: 'srt-1', stream: 'live/test' }
    this.reception = new Reception({ ...names, settings, openTarget: () => target, log, reports: this })
  }

  open(reporter: Reporter<TsFaults, TsFaults>): void {
    this.reporter = reporter
  }

  close(): void {
    this.isOpen = false
  }

  of(): TsFaults | undefined {
    return this.reporter?.report()
  }

  /** Write packets of the clip from `from` on, but not the first `lost` of them. */
  write(from: number, to: number, lost = 0): void {
    for (const packet of packets.slice(from + lost, to)) this.reception.write(packet)
  }
}

test('reception: a whole stream has no faults and makes no words', () => {
  const fixture = new Fixture()
  fixture.write(0, packets.length)
  fixture.reception.check(1000)
  fixture.reception.close()
  assert.equal(fixture.frames.length, 70)
  assert.deepEqual(fixture.of(), noTsFaults)
  assert.deepEqual(fixture.log.lines, [])
  assert.ok(!fixture.isOpen)
})

test('reception: damage is told at once where somebody asks, and once a second in the log', () => {
  const fixture = new Fixture()
  fixture.write(0, 40)
  fixture.reception.check(1000)
  assert.equal(fixture.log.lines.length, 0)
  fixture.write(40, 60, 3)
  assert.ok((fixture.of()?.continuityErrors ?? 0) > 0)
  fixture.reception.check(1500)
  fixture.write(60, 80, 3)
  fixture.reception.check(2000)
  assert.equal(fixture.log.lines.length, 1)
  fixture.reception.check(2500)
  assert.equal(fixture.log.lines.length, 2)
  fixture.reception.check(9000)
  assert.equal(fixture.log.lines.length, 2)
  const [, last] = fixture.log.lines
  assert.equal(last?.code, 'STREAM_DAMAGED')
  assert.deepEqual(last?.fields, { stream: 'live/test', ...fixture.of() })
})

test('reception: what was damaged last is told at the end', () => {
  const fixture = new Fixture()
  fixture.write(0, 40)
  fixture.write(40, 60, 3)
  fixture.reception.close()
  assert.equal(fixture.log.lines.length, 1)
})
