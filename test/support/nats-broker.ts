import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'

/** nats-server with JetStream in a process of its own. Start it with `await using`. */
export class NatsBroker implements AsyncDisposable {
  readonly server: string
  readonly #program: Program
  readonly #folder: string

  private constructor(program: Program, folder: string, port: string) {
    this.#program = program
    this.#folder = folder
    this.server = `127.0.0.1:${port}`
  }

  /** @param flags Of nats-server, such as `--user`. */
  static async start(...flags: readonly string[]): Promise<NatsBroker> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-nats-'))
    // -1 is a free port.
    const program = startPeer('nats-server', ['-a', '127.0.0.1', '-p', '-1', '-js', '-sd', folder, ...flags])
    const [, port = ''] = await program.untilPrinted(/Listening for client connections on 127\.0\.0\.1:(\d+)/)
    await program.untilPrinted(/Server is ready/)
    return new NatsBroker(program, folder, port)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program.close()
    await rm(this.#folder, { recursive: true })
  }
}
