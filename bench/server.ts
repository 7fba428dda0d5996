import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { nodeFlags, nodeVariables } from '../bin/node-flags.mjs'
import { freePort, freeUdpPort } from '../test/support/ports.ts'
import { nginxConfig } from './nginx-config.ts'
import { measureTree, type TreeUsage } from './process-usage.ts'
import { countsOfMetrics, type SrtCounts } from './srt-counts.ts'

/** Which server is under test. */
export type ServerKind =
  | { readonly kind: 'sluice'; readonly flags: readonly string[] }
  | { readonly kind: 'nginx' }
  /** libsrt: see LibsrtServer. */
  | { readonly kind: 'srt-live-transmit' }
  /** Any other: `{rtmp}`, `{http}` and `{srt}` in its words stand for the ports it must listen on. */
  | { readonly kind: 'command'; readonly words: readonly string[] }

export type ServerPorts = Readonly<Record<'rtmp' | 'rtmps' | 'http', number>> & {
  /** One for all, or one for each publisher or player. */
  readonly srt: readonly number[]
  /** Where the published stream goes instead, by UDP; none for most. */
  readonly feed: readonly number[]
}

/** What a run needs of a server. */
export type ServerUnderTest = AsyncDisposable & {
  readonly ports: ServerPorts
  readonly isRunning: boolean
  readonly measure: () => TreeUsage
  /** `undefined` if it has no SRT. */
  readonly srtCounts: () => Promise<SrtCounts | undefined>
}

/** All of them but libsrt's program. */
type RtmpServerKind = Exclude<ServerKind, { readonly kind: 'srt-live-transmit' }>

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const CERTIFICATE = join(ROOT, 'test/fixtures/tls/server')
const START_TIMEOUT_MS = 10_000
const STOP_TIMEOUT_MS = 5_000

/** A server under test: a child process that listens on loopback. */
export class BenchServer implements ServerUnderTest {
  readonly ports: ServerPorts
  readonly #kind: RtmpServerKind
  readonly #child: ChildProcess
  readonly #folder: string
  /** A reporter that is interrupted leaves nothing running. */
  readonly #endNow = (): void => {
    this.#child.kill('SIGTERM')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  private constructor(kind: RtmpServerKind, ports: ServerPorts, child: ChildProcess, folder: string) {
    this.#kind = kind
    this.ports = ports
    this.#child = child
    this.#folder = folder
    process.once('exit', this.#endNow)
  }

  /** Start it, and wait until it accepts RTMP connections. */
  static async start(kind: RtmpServerKind): Promise<BenchServer> {
    const ports = {
      rtmp: await freePort(),
      rtmps: await freePort(),
      http: await freePort(),
      srt: [await freeUdpPort()],
      feed: [],
    }
    const folder = mkdtempSync(join(tmpdir(), 'bench-server-'))
    const [program, ...args] = commandLine(kind, ports, folder)
    if (program === undefined) throw new RangeError('Cannot start server: the command is empty')
    const place = kind.kind === 'sluice' ? { cwd: ROOT, env: nodeVariables(process.env) } : { cwd: folder }
    const child = spawn(program, args, { ...place, stdio: ['ignore', 2, 2] })
    const server = new BenchServer(kind, ports, child, folder)
    const failed = new Promise<never>((_resolve, reject) => {
      child.once('error', reject)
      child.once('exit', code => reject(new Error(`Cannot start ${program}: it has exited with ${code}`)))
    })
    failed.catch(() => {})
    try {
      await Promise.race([listening(ports.rtmp), failed])
    } catch (error) {
      await server.close()
      throw error
    }
    return server
  }

  measure(): TreeUsage {
    if (this.#child.pid === undefined) throw new Error('Cannot measure server: it has not started')
    return measureTree(this.#child.pid)
  }

  async srtCounts(): Promise<SrtCounts | undefined> {
    if (this.#kind.kind !== 'sluice') return undefined
    const response = await fetch(`http://127.0.0.1:${this.ports.http}/metrics`)
    return countsOfMetrics(await response.text())
  }

  get isRunning(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  async close(): Promise<void> {
    if (this.isRunning) {
      const exited = new Promise(resolve => this.#child.once('exit', resolve))
      this.#child.kill('SIGTERM')
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS)
      await exited
      clearTimeout(timer)
    }
    process.off('exit', this.#endNow)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

function commandLine(kind: RtmpServerKind, { rtmp, rtmps, http, srt }: ServerPorts, folder: string): string[] {
  switch (kind.kind) {
    case 'sluice': {
      const listen = ['--rtmp-listen', `127.0.0.1:${rtmp}`, '--http-listen', `127.0.0.1:${http}`]
      return [
        process.execPath,
        ...nodeFlags,
        join(ROOT, 'src/main.ts'),
        ...listen,
        ...['--srt-listen', `127.0.0.1:${srt[0]}`],
        ...['--rtmp-tls-listen', `127.0.0.1:${rtmps}`],
        ...['--rtmp-tls-cert', `${CERTIFICATE}.crt`, '--rtmp-tls-key', `${CERTIFICATE}.key`],
        '--log-level',
        'warn',
        ...kind.flags,
      ]
    }
    case 'nginx': {
      writeFileSync(join(folder, 'nginx.conf'), nginxConfig(rtmp, folder))
      return ['nginx', '-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')]
    }
    case 'command':
      return kind.words.map(word =>
        word.replaceAll('{rtmp}', String(rtmp)).replaceAll('{http}', String(http)).replaceAll('{srt}', String(srt[0])),
      )
  }
}

async function listening(port: number): Promise<void> {
  const end = performance.now() + START_TIMEOUT_MS
  while (!(await accepts(port))) {
    if (performance.now() > end) throw new Error(`Cannot start server: nothing listens on port ${port}`)
    await sleep(20)
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
