import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { perfectPath } from '../../../test/support/lossy-path.ts'
import { SrtLink } from '../../../test/support/srt-link.ts'
import { ProtocolError } from '../../core/errors.ts'
import { type ControlPacket, decodeControlPacket, encodeControlPacket, type OutgoingControl } from './control-packet.ts'
import { encodeDataPacket } from './data-packet.ts'
import { createKeyMaterial } from './payload-keys.ts'

/** Sends one numbered payload each millisecond, 10 Mbit/s, and lets the last of them be played. */
function stream(link: SrtLink, ms: number): void {
  let number = 0
  link.run(ms, () => link.send(numbered(number++)))
  link.run(1000)
}

function numbered(number: number): Uint8Array {
  const payload = new Uint8Array(1316).fill(number)
  new DataView(payload.buffer).setUint32(0, number)
  return payload
}

function numbersOf(payloads: readonly Uint8Array[]): readonly number[] {
  return payloads.map(payload => Buffer.from(payload).readUInt32BE())
}

const countTo = (end: number): readonly number[] => Array.from({ length: end }, (_, number) => number)

describe('session: payloads come in order and complete', () => {
  test('over a good link', () => {
    const link = new SrtLink(perfectPath)
    stream(link, 2000)
    assert.deepEqual(numbersOf(link.listener.payloads), countTo(2000))
    const { statistics } = link.listener.session
    assert.equal(statistics.pktRecv, 2000)
    assert.equal(statistics.pktRcvLoss, 0)
    assert.equal(link.caller.session.statistics.pktRetrans, 0)
  })

  for (const [percent, delay] of [
    [2, 10],
    [5, 10],
    [5, 1],
    [10, 1],
  ] as const) {
    test(`over one that loses ${percent} % and takes ${2 * delay} ms there and back`, () => {
      const manners = { ...perfectPath, delay: delay * 1000, loss: percent / 100 }
      const link = new SrtLink(manners, { receiveLatency: 200_000, sendLatency: 200_000, seed: percent })
      stream(link, 5000)
      assert.deepEqual(numbersOf(link.listener.payloads), countTo(5000))
      const { statistics } = link.listener.session
      assert.equal(statistics.pktRcvDrop, 0)
      assert.ok(statistics.pktRcvLoss > 50 * percent * 0.7, `${statistics.pktRcvLoss} lost`)
    })
  }

  test('over one that loses 2 % and lets packets overtake each other', () => {
    const link = new SrtLink({ ...perfectPath, delay: 5000, jitter: 20_000, loss: 0.02 })
    stream(link, 5000)
    assert.deepEqual(numbersOf(link.listener.payloads), countTo(5000))
  })

  for (const keyLength of [16, 24, 32] as const) {
    test(`encrypted with ${keyLength * 8} bits, through many changes of the key`, async () => {
      const secret = await createKeyMaterial('correct-horse', keyLength)
      const refreshPlan = { period: 500, preAnnouncement: 200 }
      const link = new SrtLink({ ...perfectPath, loss: 0.02 }, { secret, refreshPlan })
      stream(link, 3000)
      assert.deepEqual(numbersOf(link.listener.payloads), countTo(3000))
      assert.equal(link.listener.session.statistics.pktRcvUndecrypt, 0)
    })
  }
})

test('session: a payload is handed on when the latency is over, not before', () => {
  const link = new SrtLink(perfectPath)
  link.send(numbered(0))
  link.run(119)
  assert.equal(link.listener.payloads.length, 0)
  link.run(15)
  assert.equal(link.listener.payloads.length, 1)
})

test('session: what does not come in time is given up, and the rest goes on', () => {
  const link = new SrtLink(perfectPath)
  let number = 0
  link.run(500, () => link.send(numbered(number++)))
  link.manners = { ...perfectPath, loss: 1 }
  link.run(300, () => link.send(numbered(number++)))
  link.manners = perfectPath
  link.run(500, () => link.send(numbered(number++)))
  link.run(500)
  const numbers = numbersOf(link.listener.payloads)
  assert.equal(numbers.length + link.listener.session.statistics.pktRcvDrop, 1300)
  assert.deepEqual(numbers.slice(-500), countTo(1300).slice(800))
  assert.ok(numbers.length > 1100, `${numbers.length} of 1300`)
  const holes = numbers.flatMap((one, at) => (at > 0 && one !== (numbers[at - 1] ?? 0) + 1 ? [at] : []))
  assert.deepEqual(link.listener.holes, holes)
})

test('session: the last packets are sent again although no later one tells that they are missing', () => {
  const link = new SrtLink(perfectPath)
  link.run(1000, () => link.send(numbered(1)))
  link.manners = { ...perfectPath, loss: 1 }
  link.send(numbered(2))
  link.manners = perfectPath
  link.run(300)
  assert.deepEqual(numbersOf(link.listener.payloads).at(-1), 2)
})

test('session: a group of pictures at once does not overrun the link', () => {
  const link = new SrtLink(perfectPath)
  const perMs = new Map<number, number>()
  link.onPacket = (packet, from) => {
    if (from === 'caller' && packet.length > 1000) perMs.set(link.now, (perMs.get(link.now) ?? 0) + 1)
  }
  for (let number = 0; number < 1000; number++) link.send(numbered(number))
  assert.ok(link.caller.session.isBusy)
  link.run(1000)
  assert.ok(!link.caller.session.isBusy)
  assert.deepEqual(numbersOf(link.listener.payloads), countTo(1000))
  assert.ok(Math.max(...perMs.values()) <= 64, `${Math.max(...perMs.values())} at once`)
})

describe('session: the end', () => {
  test('of a peer that falls silent is noticed after 5 s', () => {
    const link = new SrtLink(perfectPath)
    link.run(1000, () => link.send(numbered(0)))
    link.manners = { ...perfectPath, loss: 1 }
    link.run(4900)
    assert.equal(link.listener.end, undefined)
    link.run(200)
    assert.equal(link.listener.end, 'lost')
  })

  test('does not come to peers that have nothing to say but keepalives', () => {
    const link = new SrtLink(perfectPath)
    link.run(20_000)
    assert.equal(link.listener.end, undefined)
  })

  test('by shutdown hands on at once what has come', () => {
    const link = new SrtLink(perfectPath)
    for (let number = 0; number < 5; number++) link.send(numbered(number))
    link.run(2)
    link.caller.session.close(link.now)
    link.run(2)
    assert.deepEqual(numbersOf(link.listener.payloads), countTo(5))
    assert.equal(link.listener.end, 'left')
    assert.equal(link.caller.end, 'finished')
  })

  test('when all was played loses nothing on a bad link', () => {
    const link = new SrtLink({ ...perfectPath, delay: 10_000, loss: 0.1 })
    let number = 0
    link.run(300, () => link.send(numbered(number++)))
    link.caller.session.finish()
    link.run(600)
    assert.equal(link.caller.end, 'finished')
    assert.deepEqual(numbersOf(link.listener.payloads), countTo(300))
  })
})

describe('session: what the two sides have not agreed on does not pass, and is counted', () => {
  for (const [what, isSealed] of [
    ['plain packets on an encrypted connection', false],
    ['encrypted packets on a plain connection', true],
  ] as const) {
    test(what, async () => {
      const secret = await createKeyMaterial('correct-horse', 16)
      const sealed = { secret }
      const from = new SrtLink(perfectPath, isSealed ? sealed : {})
      const to = new SrtLink(perfectPath, isSealed ? {} : sealed)
      const forged: Uint8Array[] = []
      from.onPacket = packet => void forged.push(packet)
      for (let number = 0; number < 3; number++) from.send(numbered(number))
      to.manners = { ...perfectPath, loss: 1 }
      for (const packet of forged) to.listener.session.receive(packet, to.now)
      to.run(500)
      assert.equal(to.listener.payloads.length, 0)
      assert.equal(to.listener.session.statistics.pktRcvUndecrypt, 3)
      assert.equal(to.listener.end, undefined)
    })
  }

  test('packets with a key that was never announced', async () => {
    const secret = await createKeyMaterial('correct-horse', 16)
    const link = new SrtLink({ ...perfectPath, loss: 1 }, { secret })
    const packet = { sequence: 0x7fff_ff00, message: 1, key: 'odd', isRetransmitted: false, timestamp: 0 } as const
    link.listener.session.receive(encodeDataPacket({ ...packet, payload: numbered(0) }, 1), link.now)
    link.run(500)
    assert.equal(link.listener.payloads.length, 0)
    assert.equal(link.listener.session.statistics.pktRcvUndecrypt, 1)
  })
})

describe('session: a peer that lies', () => {
  const faultOf = (link: SrtLink, packet: Uint8Array): string | undefined => {
    try {
      link.listener.session.receive(packet, link.now)
      return undefined
    } catch (error) {
      assert.ok(error instanceof ProtocolError)
      return error.fault
    }
  }
  const control = (packet: OutgoingControl): Uint8Array => encodeControlPacket(packet, 0, 1)

  test('acknowledges what was never sent: its packet is passed over', () => {
    const link = new SrtLink(perfectPath)
    const acknowledgement = { number: 1, sequence: 5 }
    assert.equal(faultOf(link, control({ type: 'ack', acknowledgement })), 'malformed')
  })

  test('misses what was never sent: its packet is passed over', () => {
    const link = new SrtLink(perfectPath)
    const losses = [{ first: 0x7fff_ff00, last: 0x7fff_ff00 }]
    assert.equal(faultOf(link, control({ type: 'nak', losses })), 'malformed')
  })

  test('misses half of the circle: its packet is passed over, in no time', () => {
    const link = new SrtLink(perfectPath)
    link.listener.session.send(numbered(1), link.now)
    for (const losses of [
      [{ first: 0x3fff_ff02, last: 0x7fff_ff00 }],
      [{ first: 0x3fff_ff01, last: 0x7fff_ff00 }],
      [{ first: 0x3fff_feff, last: 0x7fff_fefe }],
    ]) {
      faultOf(link, control({ type: 'nak', losses }))
      link.run(10)
    }
    assert.ok(link.listener.session.statistics.pktSndLoss <= 2)
  })

  test('misses a thousand packets that are here no more: it is told so in one packet', () => {
    const link = new SrtLink(perfectPath)
    link.manners = { ...perfectPath, loss: 1 }
    for (let number = 0; number < 1000; number++) link.listener.session.send(numbered(number), link.now)
    link.run(3000)
    const losses = Array.from({ length: 300 }, (_, i) => 0x7fff_ff00 + i * 3).map(sequence => {
      return { first: sequence % 2 ** 31, last: sequence % 2 ** 31 }
    })
    const answers: ControlPacket[] = []
    link.onPacket = packet => void answers.push(decodeControlPacket(packet))
    link.listener.session.receive(control({ type: 'nak', losses }), link.now)
    assert.deepEqual(answers, [{ type: 'drop-request', message: 0, range: { first: 0x7fff_ff00, last: 743 } }])
  })

  test('jumps ahead by a billion: memory and time stay bounded, and the stream goes on', () => {
    const link = new SrtLink(perfectPath)
    link.run(100, () => link.send(numbered(1)))
    const far = { message: 1, key: 'none', isRetransmitted: false, timestamp: 0, payload: numbered(2) } as const
    for (let i = 0; i < 100; i++) {
      link.listener.session.receive(encodeDataPacket({ ...far, sequence: ((i % 7) + 1) * 0x1000_0000 }, 1), link.now)
    }
    link.run(200, () => link.send(numbered(3)))
    assert.equal(link.listener.end, undefined)
    assert.ok(numbersOf(link.listener.payloads).includes(3))
  })

  test('gives up a billion packets: only those that are waited for are given up', () => {
    const link = new SrtLink(perfectPath)
    const range = { first: 0x7fff_ff00, last: 0x3000_0000 }
    assert.equal(faultOf(link, control({ type: 'drop-request', message: 0, range })), undefined)
    stream(link, 100)
    assert.equal(link.listener.payloads.length, 100)
  })

  test('sends any bytes at all: they are taken or passed over', () => {
    const head = fc.tuple(fc.constantFrom(0x00, 0x7f, 0x80, 0xff), fc.nat(9), fc.constantFrom(0, 1, 0x7f), fc.nat(255))
    const packets = fc.array(fc.tuple(head, fc.uint8Array({ maxLength: 80 })), { maxLength: 30 })
    fc.assert(
      fc.property(packets, list => {
        const link = new SrtLink(perfectPath)
        link.send(numbered(1))
        for (const [start, rest] of list) {
          faultOf(link, Uint8Array.from([...start, ...rest]))
          link.run(10)
        }
      }),
      { seed: 46, numRuns: 300 },
    )
  })
})
