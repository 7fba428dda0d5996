import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { peerPath } from '../test/peers/peers.ts'
import { freeUdpPort } from '../test/support/ports.ts'
import { measureTree, type TreeUsage } from './process-usage.ts'
import type { Scenario } from './scenarios.ts'
import type { ServerPorts, ServerUnderTest } from './server.ts'
import { countsOfLibsrt, type SrtCounts } from './srt-counts.ts'
import { TS_PAYLOAD_SIZE } from './ts-payloads.ts'

/** One line of statistics each second or so. */
const PACKETS_PER_REPORT = 500
/** A key frame is sent to it in one burst. */
const RECEIVE_BUFFER = 4 << 20
const LATENCY_MS = 120

/**
 * libsrt, by its program srt-live-transmit: a process per publisher, which throws away what it gets, or one per player,
 * which is fed a transport stream by UDP.
 */
export class LibsrtServer implements ServerUnderTest {
  readonly ports: ServerPorts
  readonly #children: readonly ChildProcess[]
  readonly #folder: string
  readonly #endNow = (): void => {
    for (const child of this.#children) child.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  private constructor(ports: ServerPorts, children: readonly ChildProcess[], folder: string) {
    this.ports = ports
    this.#children = children
    this.#folder = folder
    process.once('exit', this.#endNow)
  }

  static async start({ streams, players }: Scenario): Promise<LibsrtServer> {
    const folder = mkdtempSync(join(tmpdir(), 'bench-libsrt-'))
    const isSending = players > 0
    const srt = await freeUdpPorts(isSending ? players : streams)
    const feed = await freeUdpPorts(isSending ? players : 0)
    const children = srt.map((port, index) => {
      const peer = `srt://127.0.0.1:${port}?mode=listener&latency=${LATENCY_MS}`
      const source = `udp://127.0.0.1:${feed[index]}?rcvbuf=${RECEIVE_BUFFER}`
      const ends = isSending ? [source, peer] : [peer, 'file://con']
      const statistics = [`-s:${PACKETS_PER_REPORT}`, '-pf:json', '-f', `-statsout:${folder}/${port}`]
      const args = ['-q', '-a:no', `-chunk:${TS_PAYLOAD_SIZE}`, ...statistics, ...ends]
      return spawn(peerPath('srt-live-transmit'), args, { stdio: ['ignore', 'ignore', 2] })
    })
    return new LibsrtServer({ rtmp: 0, rtmps: 0, http: 0, srt, feed }, children, folder)
  }

  measure(): TreeUsage {
    const usages = this.#children.flatMap(({ pid }) => (pid === undefined ? [] : [measureTree(pid)]))
    return {
      cpuSeconds: usages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
      residentBytes: usages.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
    }
  }

  get isRunning(): boolean {
    return this.#children.every(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
  }

  async srtCounts(): Promise<SrtCounts> {
    return countsOfLibsrt(this.ports.srt.map(port => readFileSync(join(this.#folder, String(port)), 'utf8')))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exits = this.#children
      .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
      .map(child => new Promise(resolve => child.once('exit', resolve)))
    process.off('exit', this.#endNow)
    this.#endNow()
    await Promise.all(exits)
  }
}

async function freeUdpPorts(count: number): Promise<number[]> {
  const ports: number[] = []
  for (let i = 0; i < count; i++) ports.push(await freeUdpPort())
  return ports
}
