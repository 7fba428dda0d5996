import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { settingsOfAll } from '../../test/support/stream-settings.ts'
import type { Reporter } from '../contracts/connection-reports.ts'
import type { Publication } from '../hub/publication.ts'
import { StreamRegistry } from '../hub/stream-registry.ts'
import { ReportBook } from './report-book.ts'

type Counters = { readonly lost: number }
type Report = Counters & { readonly rtt: number }

class Fixture {
  readonly clock = new FakeClock()
  readonly registry = new StreamRegistry({
    clock: this.clock,
    settingsOf: settingsOfAll(),
    wireLinger: 0,
    onConflict: 'reject',
    resumeTimeout: 5000,
  })
  readonly book = new ReportBook<Counters, Report>({ lost: 0 }, this.registry)

  publish(name: string): Publication {
    const info = { id: name, protocol: 'srt', peer: 'test', since: 0 }
    const result = this.registry.publish(name, { info, onEnd: () => undefined })
    assert(result.ok)
    return result.publication
  }

  open(connection: string, stream: string, counters: Counters): Reporter<Counters, Report> {
    const report = (): Report => ({ ...counters, rtt: 7 })
    const reporter = { connection, stream, counters: () => counters, report }
    this.book.open(reporter)
    return reporter
  }

  byStream(): Readonly<Record<string, Counters>> {
    return Object.fromEntries(this.book.byStream())
  }
}

test('report book: a connection says how it is while it is open', () => {
  const fixture = new Fixture()
  assert.equal(fixture.book.of('srt-1'), undefined)
  const reporter = fixture.open('srt-1', 'a', { lost: 3 })
  assert.deepEqual(fixture.book.of('srt-1'), { lost: 3, rtt: 7 })
  fixture.book.close(reporter)
  assert.equal(fixture.book.of('srt-1'), undefined)
})

test('report book: what connections counted is not lost when they go', () => {
  const fixture = new Fixture()
  fixture.publish('a')
  fixture.publish('b')
  const counters = { lost: 3 }
  const first = fixture.open('srt-1', 'a', counters)
  fixture.open('srt-2', 'a', { lost: 10 })
  fixture.open('srt-3', 'b', { lost: 100 })
  assert.deepEqual(fixture.byStream(), { a: { lost: 13 }, b: { lost: 100 } })
  counters.lost = 4
  fixture.book.close(first)
  counters.lost = 5
  fixture.book.close(first)
  assert.deepEqual(fixture.book.total(), { lost: 114 })
  assert.deepEqual(fixture.byStream(), { a: { lost: 14 }, b: { lost: 100 } })
})

test('report book: streams are forgotten with the hub, totals are not', () => {
  const fixture = new Fixture()
  const publication = fixture.publish('a')
  const publisher = fixture.open('srt-1', 'a', { lost: 3 })
  const late = fixture.open('srt-2', 'a', { lost: 5 })
  fixture.book.close(publisher)
  publication.close()
  assert.deepEqual(fixture.byStream(), {})
  fixture.book.close(late)
  fixture.publish('a')
  assert.deepEqual(fixture.byStream(), {})
  assert.deepEqual(fixture.book.total(), { lost: 8 })
})
