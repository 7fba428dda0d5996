import type { Program } from '../peers/program.ts'
import { ServerProcess } from './server-process.ts'

/** A server that can be ended and started again where it was, with publishers that come back as encoders do. */
export class RestartedServer implements AsyncDisposable {
  readonly #flags: readonly string[]
  readonly #publish: (server: RestartedServer) => Program
  #server: ServerProcess
  #publisher: Program | undefined
  #isOpen = true
  readonly #published: Promise<void>

  private constructor(server: ServerProcess, publish: (server: RestartedServer) => Program, flags: readonly string[]) {
    this.#server = server
    this.#publish = publish
    this.#flags = flags
    this.#published = this.#keepPublishing()
  }

  /** @param publish Starts the publisher, and starts it again whenever it has ended. */
  static async start(
    publish: (server: RestartedServer) => Program,
    ...flags: readonly string[]
  ): Promise<RestartedServer> {
    return new RestartedServer(await ServerProcess.start(...flags), publish, flags)
  }

  /** The process that runs, or ran last. */
  get process(): ServerProcess {
    return this.#server
  }

  httpUrl(path: string): string {
    return this.#server.httpUrl(path)
  }

  /** End the process with a signal, and start it where it listened before. */
  async restart(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { program, rtmpPort, httpPort } = this.#server
    program.kill(signal)
    await program.ended
    const ports = ['--rtmp-listen', `127.0.0.1:${rtmpPort}`, '--http-listen', `127.0.0.1:${httpPort}`]
    this.#server = await ServerProcess.start(...this.#flags, ...ports)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOpen = false
    await this.#publisher?.close()
    await this.#published
    await this.#server[Symbol.asyncDispose]()
  }

  async #keepPublishing(): Promise<void> {
    while (this.#isOpen) {
      this.#publisher = this.#publish(this)
      await this.#publisher.ended
    }
  }
}
