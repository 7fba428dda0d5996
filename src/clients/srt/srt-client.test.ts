import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { pollUntil } from '../../../test/support/polling.ts'
import { freeUdpPort } from '../../../test/support/ports.ts'
import { connectSrt, ScriptedUdp, srtNow, watchedClock } from '../../../test/support/srt-clients.ts'
import { ConnectionError, RefusedError } from '../../core/errors.ts'
import { encodeControlPacket } from '../../protocols/srt/control-packet.ts'
import { handshakeTypes } from '../../protocols/srt/handshake.ts'
import { destinationOf, headerSize, readWord, writeWord } from '../../protocols/srt/packet.ts'
import { rejectReasons } from '../../protocols/srt/reject-reason.ts'
import type { SrtClient } from './srt-client.ts'

/** Payloads that a connection receives from now on, as text. */
function hear(client: SrtClient): string[] {
  const heard: string[] = []
  client.receive(payload => void heard.push(Buffer.from(payload).toString()))
  return heard
}

async function untilHeard(heard: readonly string[], text: string): Promise<void> {
  await pollUntil(text, async () => (heard.includes(text) ? true : undefined))
}

function say(client: SrtClient, text: string): void {
  client.session.send(Buffer.from(text), srtNow())
}

const secret = 'passphrase=correct-horse'

for (const [what, ours, theirs] of [
  ['a caller and who waits for it', 'mode=caller', 'mode=listener'],
  ['a caller and who waits for it, encrypted', `${secret}&pbkeylen=24`, `${secret}&mode=listener`],
  ['two that meet half-way, encrypted', `${secret}&mode=rendezvous`, `${secret}&mode=rendezvous`],
] as const) {
  test.concurrent(`srt client: ${what} hear each other, and that one has gone`, async () => {
    const [port, other] = [await freeUdpPort(), await freeUdpPort()]
    const local = theirs.endsWith('rendezvous') ? other : port
    // Who waits is there first, or the caller would hear that nobody listens.
    const waiting = connectSrt(`srt://127.0.0.1:${local}?port=${port}&${theirs}&latency=20`)
    await using caller = await connectSrt(`srt://127.0.0.1:${port}?port=${other}&${ours}&latency=20`)
    await using listener = await waiting
    const [here, there] = [hear(caller), hear(listener)]
    say(caller, 'hello')
    say(listener, 'welcome')
    await untilHeard(here, 'welcome')
    await untilHeard(there, 'hello')
    say(caller, 'the last words')
    await caller.finish()
    assert.match((await listener.ended).message, /^Cannot go on with srt:.*: the other side has ended the connection$/)
    assert.ok(there.includes('the last words'))
  })
}

describe('srt client: a peer that', () => {
  /** What a call to this machine fails with. */
  async function failure(port: number, connectTimeout = 1000): Promise<ConnectionError | RefusedError> {
    try {
      await connectSrt(`srt://127.0.0.1:${port}?streamid=x`, { connectTimeout })
    } catch (error) {
      assert.ok(error instanceof ConnectionError || error instanceof RefusedError)
      return error
    }
    return assert.fail('it is connected')
  }

  test.concurrent('is not there is missed at once', async () => {
    const { code, message } = await failure(await freeUdpPort(), 60_000)
    assert.equal(code, 'ERR_CONNECTION')
    assert.match(message, /^Cannot connect to srt:\/\/127\.0\.0\.1:\d+: nobody listens there$/)
  })

  test.concurrent('never answers is waited for', async () => {
    await using peer = await ScriptedUdp.start(() => [])
    const { code, message } = await failure(peer.port, 300)
    assert.equal(code, 'ERR_CONNECTION')
    assert.match(message, /: it has not answered within 300 ms$/)
  })

  for (const [what, answer, words] of [
    ['answers with a word', Buffer.from('hello'), /not answered within 300 ms, but sent what is none: .*has 5$/],
    ['answers with noise', Buffer.alloc(200, 0xff), /it has not answered within 300 ms$/],
    ['answers with too much', Buffer.alloc(9000), /but sent what is none: Cannot read SRT packet: .*has 9000$/],
  ] as const) {
    test.concurrent(`${what} is no SRT peer`, async () => {
      await using peer = await ScriptedUdp.start(() => [answer])
      assert.match((await failure(peer.port, 300)).message, words)
    })
  }

  for (const [type, status, words] of [
    [rejectReasons.SRT_REJ_RESOURCE, 'SRT_REJ_RESOURCE', 'the other side is short of resources'],
    [rejectReasons.SRT_REJX_FORBIDDEN, 'SRT_REJX_FORBIDDEN', 'the server does not allow it'],
    [2499, '2499', 'the server refuses it for a reason of its own, 2499'],
    [3005, '3005', 'the server refuses it for a reason of its own, 3005'],
  ] as const) {
    test.concurrent(`refuses with ${type} is understood`, async () => {
      const refuse = (packet: Buffer): readonly Uint8Array[] => {
        writeWord(packet, 12, readWord(packet, headerSize + 24))
        writeWord(packet, headerSize + 20, type)
        return [packet]
      }
      await using peer = await ScriptedUdp.start(refuse)
      const error = await failure(peer.port)
      assert.equal(error instanceof RefusedError ? error.status : error.code, status)
      assert.equal(error.message, `Cannot connect to srt://127.0.0.1:${peer.port}: ${words}`)
    })
  }

  test.concurrent('answers for somebody else is not heard', async () => {
    const misdirect = (packet: Buffer): readonly Uint8Array[] => {
      writeWord(packet, 12, readWord(packet, headerSize + 24) ^ 1)
      writeWord(packet, headerSize + 20, rejectReasons.SRT_REJ_PEER)
      return [packet]
    }
    await using peer = await ScriptedUdp.start(misdirect)
    assert.match((await failure(peer.port, 300)).message, /not answered within 300 ms$/)
  })
})

test.concurrent('srt client: a shutdown that somebody else forges ends nothing', async () => {
  const port = await freeUdpPort()
  const waiting = connectSrt(`srt://127.0.0.1:${port}?mode=listener&latency=20`)
  let [callerPort, socketId] = [0, 0]
  // It lies between the two, and learns what nobody else can know.
  await using spy = await ScriptedUdp.start((packet, from) => {
    if (from.port !== port) [callerPort, socketId] = [from.port, destinationOf(packet)]
    spy.send(packet, from.port === port ? callerPort : port)
    return []
  })
  await using caller = await connectSrt(`srt://127.0.0.1:${spy.port}?latency=20`)
  await using listener = await waiting
  const heard = hear(listener)
  say(caller, 'hello')
  await untilHeard(heard, 'hello')
  await using forger = await ScriptedUdp.start(() => [])
  assert.notEqual(socketId, 0)
  forger.send(encodeControlPacket({ type: 'shutdown' }, 0, socketId), port)
  say(caller, 'still here')
  await untilHeard(heard, 'still here')
})

describe('srt client: a signal', () => {
  test.concurrent('breaks off the wait for a caller', async () => {
    const ending = new AbortController()
    const waiting = connectSrt(`srt://127.0.0.1:${await freeUdpPort()}?mode=listener`, { signal: ending.signal })
    ending.abort()
    await assert.rejects(waiting, { code: 'ERR_CONNECTION', message: /: it was aborted$/ })
    await assert.rejects(connectSrt('srt://127.0.0.1:9', { signal: ending.signal }), /: it was aborted$/)
  })

  test.concurrent('ends a connection, and the peer hears of it', async () => {
    const port = await freeUdpPort()
    const ending = new AbortController()
    const waiting = connectSrt(`srt://127.0.0.1:${port}?mode=listener`)
    await using caller = await connectSrt(`srt://127.0.0.1:${port}`, { signal: ending.signal })
    await using listener = await waiting
    ending.abort()
    assert.match((await caller.ended).message, /: it was aborted$/)
    assert.match((await listener.ended).message, /: the other side has ended the connection$/)
  })
})

test.concurrent('srt client: keys that are ready when nobody waits any more go nowhere', async () => {
  const ending = new AbortController()
  const port = await freeUdpPort()
  let isConcluding = false
  // The client looks at the clock when a packet comes, before it looks at the passphrase in it.
  const onTime = (): void => (isConcluding ? queueMicrotask(() => ending.abort()) : undefined)
  const options = { signal: ending.signal, clock: watchedClock(onTime) }
  const waiting = connectSrt(`srt://127.0.0.1:${port}?mode=listener&${secret}`, options)
  let callerPort = 0
  await using relay = await ScriptedUdp.start((packet, from) => {
    if (from.port !== port) callerPort = from.port
    isConcluding = readWord(packet, headerSize + 20) === handshakeTypes.CONCLUSION
    relay.send(packet, from.port === port ? callerPort : port)
    return []
  })
  const calling = connectSrt(`srt://127.0.0.1:${relay.port}?passphrase=battery-staple`, { connectTimeout: 500 })
  await Promise.all([
    assert.rejects(waiting, /: it was aborted$/),
    assert.rejects(calling, /: it has not answered within 500 ms$/),
  ])
})

test.concurrent('srt client: an address of ours that is in use, or none, is told', async () => {
  await using taken = await ScriptedUdp.start(() => [])
  const inUse = connectSrt(`srt://127.0.0.1:${taken.port}?mode=listener`)
  await assert.rejects(inUse, { message: `Cannot connect to srt://127.0.0.1:${taken.port}: our own address is in use` })
  const foreign = connectSrt('srt://127.0.0.1:9000?mode=caller&localaddr=192.0.2.1')
  await assert.rejects(foreign, /: our own address is none of this machine$/)
})
