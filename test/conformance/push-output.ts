import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import type { Publication } from '../../src/hub/publication.ts'
import type { Frame } from '../../src/media/frame.ts'
import { PushDestination } from '../../src/relay/push/push-destination.ts'
import type { PushOutput } from '../../src/relay/push/push-output.ts'
import { type PushUrl, parsePushUrl } from '../../src/relay/push/push-url.ts'
import { RelayFixture } from '../support/relay-fixture.ts'
import { audioTrack, videoTrack } from '../support/sample-frames.ts'

/** Somebody at the other end of an output. */
export type PushReceiver = AsyncDisposable & {
  /** Where streams are to be sent. */
  readonly url: string
  /** True if the payload of a frame, which no other frame has, has come. */
  has(marker: Uint8Array): boolean
}

export type PushOutputHarness = {
  openReceiver(): Promise<PushReceiver>
  createOutput(url: PushUrl, fixture: RelayFixture): PushOutput
  /** Leads nowhere. */
  readonly deadUrl: string
}

/** Which frame it is, in bytes that no format changes. */
function markerOf(time: number): Uint8Array {
  return new TextEncoder().encode(`the picture of ${time} ms`)
}

function picture(time: number, isKey: boolean): Frame {
  const marker = markerOf(time)
  const head = Uint8Array.of(0, 0, 0, 1 + marker.length, isKey ? 0x65 : 0x41)
  return { track: videoTrack, dts: time, pts: time, isKey, payload: Uint8Array.from([...head, ...marker]) }
}

/** Sound and pictures, the first of five a key frame, and then no more. */
async function publishAll(publication: Publication, times: readonly number[]): Promise<void> {
  for (const [number, time] of times.entries()) {
    publication.write(picture(time, number % 5 === 0))
    publication.write({ track: audioTrack, dts: time, pts: time, isKey: true, payload: Uint8Array.of(1, 2, 3) })
    await new Promise(setImmediate)
  }
  publication.close()
}

/** What every output owes the relay. */
export function describePushOutput(name: string, harness: PushOutputHarness): void {
  const destinationOf = (fixture: RelayFixture, url: string): PushDestination => {
    const createOutput = (target: PushUrl): PushOutput => harness.createOutput(target, fixture)
    const stream = fixture.registry.getLive('live/test') ?? assert.fail()
    const options = { id: 'relay-1', stream, url: parsePushUrl(url), destination: 1 }
    return new PushDestination(options, { ...fixture.context, createOutput })
  }

  describe(`push output: ${name}`, () => {
    test('sends from a key frame to the end of the stream, and is done then', async () => {
      await using receiver = await harness.openReceiver()
      const fixture = new RelayFixture()
      const publication = fixture.publish('live/test')
      publication.declare(audioTrack)
      const destination = destinationOf(fixture, receiver.url)
      const running = destination.run()
      await fixture.until(() => destination.state === 'sending')
      const times = Array.from({ length: 11 }, (_, number) => number * 40)
      await publishAll(publication, times)
      await fixture.until(() => receiver.has(markerOf(400)))
      for (const time of times) assert.ok(receiver.has(markerOf(time)), `${time} ms`)
      assert.equal(destination.state, 'sending')
      fixture.clock.advance(5000)
      await fixture.until(() => destination.state === 'idle')
      await running
      const { failures, bytes, framesDropped } = destination.status
      assert.deepEqual([failures, framesDropped], [0, 0])
      assert.ok(bytes > 300, `${bytes} bytes`)
    })

    test('goes on when the publisher returns', async () => {
      await using receiver = await harness.openReceiver()
      const fixture = new RelayFixture()
      const first = fixture.publish('live/test')
      first.declare(audioTrack)
      const destination = destinationOf(fixture, receiver.url)
      void destination.run()
      await fixture.until(() => destination.state === 'sending')
      await publishAll(first, [0])
      const second = fixture.publish('live/test')
      await fixture.until(() => receiver.has(markerOf(0)))
      second.declare(audioTrack)
      await publishAll(second, [1000, 1040, 1080])
      await fixture.until(() => receiver.has(markerOf(1080)))
      assert.equal(destination.status.failures, 0)
      await destination.close()
    })

    test('what leads nowhere is a failure that is tried again, and ends when it is closed', async () => {
      const fixture = new RelayFixture()
      fixture.publish('live/test')
      const destination = destinationOf(fixture, harness.deadUrl)
      const running = destination.run()
      await fixture.until(() => destination.status.failures === 3)
      assert.match(destination.status.lastError ?? '', /^Cannot \S+ \S/)
      await destination.close()
      await running
      assert.equal(destination.state, 'idle')
    })

    test('closing it while it opens or sends leaves nothing behind', async () => {
      await using receiver = await harness.openReceiver()
      for (const isSending of [false, true]) {
        const fixture = new RelayFixture()
        const publication = fixture.publish('live/test')
        publication.declare(audioTrack)
        const before = fixture.clock.pendingCount
        const destination = destinationOf(fixture, receiver.url)
        const running = destination.run()
        if (isSending) await fixture.until(() => destination.state === 'sending')
        await destination.close()
        await running
        assert.equal(destination.state, 'idle')
        assert.equal([...(fixture.registry.getLive('live/test')?.subscribers ?? [])].length, 0)
        fixture.clock.advance(20_000)
        assert.ok(fixture.clock.pendingCount <= before)
      }
    })

    test('a destination that leads nowhere costs another nothing', async () => {
      await using receiver = await harness.openReceiver()
      const fixture = new RelayFixture()
      const publication = fixture.publish('live/test')
      publication.declare(audioTrack)
      const [dead, living] = [destinationOf(fixture, harness.deadUrl), destinationOf(fixture, receiver.url)]
      for (const destination of [dead, living]) void destination.run()
      await fixture.until(() => living.state === 'sending' && dead.status.failures > 0)
      await publishAll(publication, [0, 40, 80])
      await fixture.until(() => receiver.has(markerOf(80)))
      assert.deepEqual([living.status.failures, living.status.framesDropped], [0, 0])
      await Promise.all([dead.close(), living.close()])
    })
  })
}
