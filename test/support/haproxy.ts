import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { freePort, untilListening } from './ports.ts'

/** The address that HAProxy connects from; those who connect to it come from 127.0.0.1. */
export const proxyAddress = '127.0.0.2'

/** HAProxy before one port of this machine: passes bytes on, and says first whose they are. */
export class HaProxy implements AsyncDisposable {
  readonly port: number
  readonly #folder: string
  readonly #program: Program

  private constructor(port: number, folder: string, program: Program) {
    this.port = port
    this.#folder = folder
    this.#program = program
  }

  /** @param header `send-proxy` for version 1 of the PROXY protocol, `send-proxy-v2` for 2. */
  static async start(target: number, header: 'send-proxy' | 'send-proxy-v2'): Promise<HaProxy> {
    const port = await freePort()
    const folder = await mkdtemp(join(tmpdir(), 'sluice-haproxy-'))
    const file = join(folder, 'haproxy.cfg')
    await writeFile(file, configuration(port, target, header))
    const program = startPeer('haproxy', ['-db', '-f', file])
    await untilListening('haproxy', port)
    return new HaProxy(port, folder, program)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program.close()
    await rm(this.#folder, { recursive: true })
  }
}

function configuration(port: number, target: number, header: string): string {
  return `defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen all
  bind 127.0.0.1:${port}
  server sluice 127.0.0.1:${target} source ${proxyAddress} ${header}
`
}
