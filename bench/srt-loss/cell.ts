import { setTimeout as delay } from 'node:timers/promises'
import type { Milliseconds } from '../../src/core/units.ts'
import { LossyLink } from '../../test/support/lossy-link.ts'
import { perfectPath } from '../../test/support/lossy-path.ts'
import { freeUdpPort } from '../../test/support/ports.ts'
import { LibsrtPeer } from './libsrt-peer.ts'
import { NumberedReceiver, numberedPayload, payloadSize } from './numbered-payloads.ts'
import { SluicePeer } from './sluice-peer.ts'
import type { SrtPeer, SrtSummary } from './srt-peer.ts'

export const directions = ['libsrt → sluice', 'sluice → libsrt', 'libsrt → libsrt'] as const
export type Direction = (typeof directions)[number]

/** What a network does, and what the peers agree on. */
export type Cell = {
  readonly loss: number
  readonly rtt: Milliseconds
  readonly jitter: Milliseconds
  readonly latency: Milliseconds
}

export type CellOptions = {
  readonly seconds: number
  readonly kbps: number
  readonly seed: number
  /** More options of libsrt, as in its URLs. */
  readonly libsrtQuery?: string
}

export type CellResult = {
  readonly cell: Cell
  readonly direction: Direction
  /** Payloads given to the sender in the measured window, and those of them that never came out. */
  readonly sent: number
  readonly missing: number
  /** Payloads that came out twice, out of order or changed. */
  readonly faults: number
  readonly sender: SrtSummary
  readonly receiver: SrtSummary
}

type Ends = { readonly sender: SrtPeer; readonly receiver: SrtPeer }

/** Nothing is measured until the connection stands, nor of the end, whose losses no later packet shows. */
const settleMs: Milliseconds = 1500
const tailMs: Milliseconds = 1500

/** Send numbered payloads over a bad network, and see what comes out. */
export async function measureCell(cell: Cell, direction: Direction, options: CellOptions): Promise<CellResult> {
  const receiver = new NumberedReceiver()
  const manners = { ...perfectPath, delay: cell.rtt * 500, jitter: cell.jitter * 1000, loss: cell.loss }
  const onBytes = (bytes: Uint8Array): void => receiver.push(bytes)
  const serverPort = await freeUdpPort()
  await using link = await LossyLink.start({ serverPort, manners, seed: options.seed })
  const query = `latency=${cell.latency}&${options.libsrtQuery ?? ''}`
  const ends = await connect(direction, cell.latency, { serverPort, linkPort: link.port, query, onBytes })
  await delay(settleMs)
  const perSecond = (options.kbps * 1000) / 8 / payloadSize
  const sent = Math.round(perSecond * options.seconds)
  await sendSteadily(ends.sender, sent + Math.round((perSecond * tailMs) / 1000), perSecond)
  await delay(cell.latency + 500)
  const [senderSummary, receiverSummary] = await Promise.all([ends.sender.close(), ends.receiver.close()])
  const { faults } = receiver
  const missing = receiver.missing(0, sent)
  return { cell, direction, sent, missing, faults, sender: senderSummary, receiver: receiverSummary }
}

type Wiring = {
  readonly serverPort: number
  readonly linkPort: number
  /** Of libsrt's URLs. */
  readonly query: string
  readonly onBytes: (bytes: Uint8Array) => void
}

async function connect(direction: Direction, latency: Milliseconds, wiring: Wiring): Promise<Ends> {
  const { serverPort, linkPort, query, onBytes } = wiring
  const libsrt = (mode: 'caller' | 'listener', role: 'sender' | 'receiver'): Promise<LibsrtPeer> =>
    LibsrtPeer.start({ mode, port: mode === 'caller' ? linkPort : serverPort, query, role, onBytes })
  const sluice = (): Promise<SluicePeer> => SluicePeer.listen({ port: serverPort, latency, onBytes })
  switch (direction) {
    case 'libsrt → sluice':
      return { receiver: await sluice(), sender: await libsrt('caller', 'sender') }
    case 'sluice → libsrt':
      return { sender: await sluice(), receiver: await libsrt('caller', 'receiver') }
    case 'libsrt → libsrt': {
      const receiver = await libsrt('listener', 'receiver')
      await delay(300)
      return { receiver, sender: await libsrt('caller', 'sender') }
    }
  }
}

async function sendSteadily(peer: SrtPeer, count: number, perSecond: number): Promise<void> {
  const start = performance.now()
  for (let number = 0; number < count; ) {
    const due = Math.min(count, Math.floor(((performance.now() - start) / 1000) * perSecond))
    while (number < due) peer.send(numberedPayload(number++))
    await delay(1)
  }
}
