import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LoadAnswers, LoadReply, LoadRequest } from './load-messages.ts'

const PROGRAM = fileURLToPath(new URL('./load-process.ts', import.meta.url))

/** The reporter's end of one load process. */
export class LoadControl {
  readonly #child: ChildProcess
  #pending: { resolve: (answer: never) => void; reject: (error: Error) => void } | undefined
  readonly #exited: Promise<void>

  constructor() {
    this.#child = fork(PROGRAM, { execArgv: ['--disable-warning=ExperimentalWarning'] })
    this.#child.on('message', reply => this.#settle(reply as LoadReply))
    this.#exited = new Promise(resolve => {
      this.#child.once('exit', code => {
        this.#settle({ ok: false, message: `load process has exited with ${code}` })
        resolve()
      })
    })
  }

  /** Ask for one thing and wait for its answer. */
  ask<Type extends LoadRequest['type']>(
    request: Extract<LoadRequest, { readonly type: Type }>,
  ): Promise<LoadAnswers[Type]> {
    if (this.#pending !== undefined) throw new Error(`Cannot ask for "${request.type}": the last answer is still due`)
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject }
      this.#child.send(request)
    })
  }

  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect()
    await this.#exited
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #settle(reply: LoadReply): void {
    const pending = this.#pending
    this.#pending = undefined
    if (reply.ok) pending?.resolve(reply.answer as never)
    else pending?.reject(new Error(reply.message))
  }
}
