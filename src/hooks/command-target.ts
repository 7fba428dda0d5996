import { type ChildProcess, spawn } from 'node:child_process'
import type { Clock } from '../contracts/clock.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import { DeliveryError } from './delivery-error.ts'
import { eventVariables } from './event-variables.ts'
import type { Batch, HookTarget, Receipt } from './hook-target.ts'

/** What of our environment a command sees. The rest may hold secrets of the configuration. */
const inherited = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR']

/** How much of the end of what a failed command said is shown. */
const maxTail: Bytes = 1024

/** How long what a command has said may take to arrive after its end. */
const lastWords: Milliseconds = 200

/** Between the request to end and the end. */
const grace: Milliseconds = 1000

/**
 * `type: command`: a program is run for each event. It is told by its environment, and nothing of an event becomes an
 * argument or a part of a shell's line.
 */
export class CommandTarget implements HookTarget {
  readonly maxBatch = 1
  readonly #command: readonly string[]
  readonly #clock: Clock

  constructor(command: readonly string[], clock: Clock) {
    this.#command = command
    this.#clock = clock
  }

  get shown(): string {
    return this.#command[0] ?? ''
  }

  accepts(): boolean {
    return true
  }

  async deliver([event]: Batch, signal: AbortSignal): Promise<Receipt> {
    const [program = '', ...args] = this.#command
    const own = Object.fromEntries(inherited.flatMap(name => (process.env[name] ? [[name, process.env[name]]] : [])))
    const child = spawn(program, args, {
      env: { ...own, ...eventVariables(event) },
      // A group of its own, so that all that it starts can be ended with it.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const stop = (): void => this.#end(child)
    signal.addEventListener('abort', stop)
    try {
      await this.#ended(child)
      return {}
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  close(): void {}

  /** @throws {DeliveryError} If the program could not be run, or did not end with 0. */
  async #ended(child: ChildProcess): Promise<void> {
    let tail = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-maxTail)
    })
    const code = await new Promise<number | string>((resolve, reject) => {
      child.once('error', error =>
        reject(new DeliveryError(`the command cannot be run: ${error.message}`, { isFinal: true })),
      )
      child.once('exit', (exitCode, signal) => resolve(exitCode ?? signal ?? 'nobody'))
    })
    await this.#untilSilent(child)
    if (code === 0) return
    const how = typeof code === 'number' ? `ended with ${code}` : `was ended by ${code}`
    throw new DeliveryError(`the command ${how}${tail.trim() === '' ? '' : `: ${tail.trim()}`}`, { isFinal: true })
  }

  /** What the command has left behind may hold its output open for ever. */
  async #untilSilent({ stderr }: ChildProcess): Promise<void> {
    if (stderr === null || stderr.closed) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = this.#clock.after(lastWords, resolve)
    stderr.once('close', () => resolve())
    await promise
    timer.cancel()
    stderr.destroy()
  }

  #end(child: ChildProcess): void {
    signalGroup(child, 'SIGTERM')
    const timer = this.#clock.after(grace, () => signalGroup(child, 'SIGKILL'))
    child.once('exit', () => {
      timer.cancel()
      // Those whom it has started and left behind.
      signalGroup(child, 'SIGKILL')
    })
  }
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch {
    // Nobody is left.
  }
}
