import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import type { Milliseconds } from '../../src/core/units.ts'
import { peerPath } from '../../test/peers/peers.ts'
import { payloadSize } from './numbered-payloads.ts'
import type { SrtPeer, SrtSummary } from './srt-peer.ts'

/** So that none outlives a bench that breaks off. */
const running = new Set<ChildProcess>()
process.on('exit', () => running.forEach(child => child.kill('SIGKILL')))

export type LibsrtOptions = {
  readonly mode: 'caller' | 'listener'
  /** Where to listen, or whom to call on this machine. */
  readonly port: number
  /** Options of the connection. */
  readonly query: string
  readonly role: 'sender' | 'receiver'
  readonly onBytes: (bytes: Uint8Array) => void
}

/** It may not notice that it should end while it waits for a connection. */
const patience: Milliseconds = 2000

/** libsrt, by its program srt-live-transmit. */
export class LibsrtPeer implements SrtPeer {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #folder: string

  private constructor(child: ChildProcessByStdio<Writable, Readable, Readable>, folder: string) {
    this.#child = child
    this.#folder = folder
    running.add(child)
    child.once('exit', () => running.delete(child))
  }

  static async start({ mode, port, query, role, onBytes }: LibsrtOptions): Promise<LibsrtPeer> {
    const folder = await mkdtemp(join(tmpdir(), 'srt-loss-'))
    const host = mode === 'caller' ? '127.0.0.1' : ''
    const srt = `srt://${host}:${port}?mode=${mode}&${query}`
    const ends = role === 'sender' ? ['file://con', srt] : [srt, 'file://con']
    const statistics = ['-s:10', '-pf:json', '-f', `-statsout:${join(folder, 'statistics')}`]
    const args = ['-q', '-a:no', `-chunk:${payloadSize}`, ...statistics, ...ends]
    const child = spawn(peerPath('srt-live-transmit'), args, { stdio: 'pipe' })
    child.stdin.on('error', () => undefined)
    child.stdout.on('data', onBytes)
    child.stderr.resume()
    await once(child, 'spawn')
    return new LibsrtPeer(child, folder)
  }

  send(payload: Uint8Array): void {
    this.#child.stdin.write(payload)
  }

  async close(): Promise<SrtSummary> {
    const exited = this.#child.exitCode === null ? once(this.#child, 'exit') : undefined
    this.#child.kill('SIGINT')
    this.#child.stdin.end()
    const killing = setTimeout(() => this.#child.kill('SIGKILL'), patience)
    await exited
    clearTimeout(killing)
    const text = await readFile(join(this.#folder, 'statistics'), 'utf8')
    await rm(this.#folder, { recursive: true })
    return summaryOf(text)
  }
}

type Report = {
  readonly send: { readonly packets: number; readonly packetsRetransmitted: number }
  readonly recv: {
    readonly packets: number
    readonly packetsRetransmitted: number
    readonly packetsLost: number
    readonly packetsDropped: number
  }
}

/** Each line has the totals until then; the last may be cut short. */
function summaryOf(text: string): SrtSummary {
  const last = text.split('\n').findLast(line => line.startsWith('{') && line.endsWith('}}'))
  if (last === undefined) throw new Error('Cannot measure: srt-live-transmit has reported nothing')
  const { send, recv } = JSON.parse(last) as Report
  return {
    pktSent: send.packets,
    pktRetrans: send.packetsRetransmitted,
    pktRecv: recv.packets,
    pktRcvRetrans: recv.packetsRetransmitted,
    pktRcvLoss: recv.packetsLost,
    pktRcvDrop: recv.packetsDropped,
  }
}
