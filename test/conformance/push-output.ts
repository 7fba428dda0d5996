import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Publication } from '../../src/hub/publication.ts'
import type { Stream } from '../../src/hub/stream.ts'
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

/** A stream that is published, and destinations that it is sent on to. */
class Rig {
  readonly harness: PushOutputHarness
  readonly fixture = new RelayFixture()

  constructor(harness: PushOutputHarness) {
    this.harness = harness
  }

  publish(): Publication {
    const publication = this.fixture.publish('live/test')
    publication.declare(audioTrack)
    return publication
  }

  get stream(): Stream {
    return this.fixture.registry.getLive('live/test') ?? assert.fail()
  }

  destinationTo(url: string): PushDestination {
    const createOutput = (target: PushUrl): PushOutput => this.harness.createOutput(target, this.fixture)
    const options = { id: 'relay-1', stream: this.stream, url: parsePushUrl(url), destination: 1 }
    return new PushDestination(options, { ...this.fixture.context, createOutput })
  }

  untilReceived(receiver: PushReceiver, time: number): Promise<void> {
    return this.fixture.until(() => receiver.has(markerOf(time)))
  }
}

async function sendsToTheEnd(rig: Rig): Promise<void> {
  await using receiver = await rig.harness.openReceiver()
  const publication = rig.publish()
  const destination = rig.destinationTo(receiver.url)
  const running = destination.run()
  await rig.fixture.until(() => destination.state === 'sending')
  const times = Array.from({ length: 11 }, (_, number) => number * 40)
  await publishAll(publication, times)
  await rig.untilReceived(receiver, 400)
  for (const time of times) assert.ok(receiver.has(markerOf(time)), `${time} ms`)
  assert.equal(destination.state, 'sending')
  rig.fixture.clock.advance(5000)
  await rig.fixture.until(() => destination.state === 'idle')
  await running
  const { failures, bytes, framesDropped } = destination.status
  assert.deepEqual([failures, framesDropped], [0, 0])
  assert.ok(bytes > 300, `${bytes} bytes`)
}

async function goesOnWithThePublisher(rig: Rig): Promise<void> {
  await using receiver = await rig.harness.openReceiver()
  const first = rig.publish()
  const destination = rig.destinationTo(receiver.url)
  void destination.run()
  await rig.fixture.until(() => destination.state === 'sending')
  await publishAll(first, [0])
  const second = rig.publish()
  await rig.untilReceived(receiver, 0)
  await publishAll(second, [1000, 1040, 1080])
  await rig.untilReceived(receiver, 1080)
  assert.equal(destination.status.failures, 0)
  await destination.close()
}

async function triesAgain(rig: Rig): Promise<void> {
  rig.publish()
  const destination = rig.destinationTo(rig.harness.deadUrl)
  const running = destination.run()
  await rig.fixture.until(() => destination.status.failures === 3)
  assert.match(destination.status.lastError ?? '', /^Cannot \S+ \S/)
  await destination.close()
  await running
  assert.equal(destination.state, 'idle')
}

async function closes(rig: Rig, isSending: boolean): Promise<void> {
  await using receiver = await rig.harness.openReceiver()
  rig.publish()
  const { clock } = rig.fixture
  const before = clock.pendingCount
  const destination = rig.destinationTo(receiver.url)
  const running = destination.run()
  if (isSending) await rig.fixture.until(() => destination.state === 'sending')
  await destination.close()
  await running
  assert.equal(destination.state, 'idle')
  assert.equal(rig.stream.subscribers.size, 0)
  clock.advance(20_000)
  assert.ok(clock.pendingCount <= before)
}

async function costsNobody(rig: Rig): Promise<void> {
  await using receiver = await rig.harness.openReceiver()
  const publication = rig.publish()
  const [dead, living] = [rig.destinationTo(rig.harness.deadUrl), rig.destinationTo(receiver.url)]
  for (const destination of [dead, living]) void destination.run()
  await rig.fixture.until(() => living.state === 'sending' && dead.status.failures > 0)
  await publishAll(publication, [0, 40, 80])
  await rig.untilReceived(receiver, 80)
  assert.deepEqual([living.status.failures, living.status.framesDropped], [0, 0])
  await Promise.all([dead.close(), living.close()])
}

const duties: readonly (readonly [name: string, fulfil: (rig: Rig) => Promise<void>])[] = [
  ['sends from a key frame to the end of the stream, and is done then', sendsToTheEnd],
  ['goes on when the publisher returns', goesOnWithThePublisher],
  ['tries what leads nowhere again, until it is closed', triesAgain],
  ['leaves nothing behind when it is closed while it opens', rig => closes(rig, false)],
  ['leaves nothing behind when it is closed while it sends', rig => closes(rig, true)],
  ['costs other destinations nothing when it leads nowhere', costsNobody],
]

/** What every output owes the relay. */
export function describePushOutput(name: string, harness: PushOutputHarness): void {
  for (const [duty, fulfil] of duties) test(`push output: ${name} ${duty}`, () => fulfil(new Rig(harness)))
}
