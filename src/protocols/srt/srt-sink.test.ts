import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { perfectPath } from '../../../test/support/lossy-path.ts'
import { SrtLink } from '../../../test/support/srt-link.ts'
import { SrtSink } from './srt-sink.ts'

/** Of MTUs that libsrt's users set: Ethernet, IPv6's smallest, a tunnel, and one packet of a transport stream. */
for (const [mtu, packets] of [
  [undefined, 7],
  [1500, 7],
  [1360, 7],
  [1359, 6],
  [1280, 6],
  [576, 2],
  [232, 1],
] as const) {
  test(`srt sink: a peer with an MTU of ${mtu ?? 'Ethernet'} is sent ${packets} packets of a transport stream in one`, () => {
    const link = new SrtLink(perfectPath, mtu === undefined ? {} : { mtu })
    const sink = new SrtSink(link.caller.session, new FakeClock(), () => undefined)
    sink.write({ bytes: new Uint8Array(14 * 188) })
    link.run(300)
    const { payloads } = link.listener
    assert.equal(payloads[0]?.length, packets * 188)
    assert.equal(
      payloads.reduce((sum, { length }) => sum + length, 0),
      14 * 188,
    )
  })
}
