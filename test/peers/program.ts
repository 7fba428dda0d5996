import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

export type ProgramOptions = {
  readonly cwd?: string
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Number of the user it runs as: for root, who may be anybody. */
  readonly user?: number | undefined
}

/** How a program ended, and what it printed until then. */
export type ProgramResult = {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: Buffer
  readonly stderr: string
}

type Watcher = { readonly check: () => void; readonly ended: () => void }

/** Programs that still run, so that none outlives a test run that breaks off. */
const running = new Set<Program>()
process.on('exit', () => running.forEach(program => program.kill('SIGKILL')))

/** A running program of its own process. Start it with `await using`: leaving the block ends it. */
export class Program implements AsyncDisposable {
  readonly name: string
  /** Resolves when the program has ended and all that it printed is here. Never rejects. */
  readonly ended: Promise<ProgramResult>
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #stdout: Buffer[] = []
  readonly #watchers = new Set<Watcher>()
  #stderr = ''
  #text = ''

  constructor(path: string, args: readonly string[], options: ProgramOptions = {}) {
    this.name = path.split('/').at(-1) ?? path
    const env = { ...process.env, ...options.env }
    const user = options.user === undefined ? {} : { uid: options.user, gid: options.user }
    this.#child = spawn(path, args, { cwd: options.cwd, env, stdio: 'pipe', ...user })
    running.add(this)
    this.#child.stdout.on('data', (bytes: Buffer) => {
      this.#stdout.push(bytes)
      this.#append(bytes.toString('latin1'))
    })
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
      this.#append(text)
    })
    this.#child.stdin.on('error', () => undefined)
    this.ended = this.#untilEnd()
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get stdin(): Writable {
    return this.#child.stdin
  }

  /** Hand what this program prints to the input of another, as it comes. */
  pipeTo(other: Program): void {
    this.#child.stdout.pipe(other.stdin)
  }

  /** What it printed so far, on both streams in the order of arrival. */
  get output(): string {
    return this.#text
  }

  /**
   * Wait until what the program printed matches `pattern`, and return the match.
   *
   * @throws {Error} With all the output, if the program ends or `timeoutMs` passes before.
   */
  async untilPrinted(pattern: RegExp, timeoutMs = 60_000): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const settle = (action: () => void): void => {
        clearTimeout(timer)
        this.#watchers.delete(watcher)
        action()
      }
      const fail = (why: string): void => settle(() => reject(this.#failure(`${why} before printing ${pattern}`)))
      const check = (): void => {
        const match = pattern.exec(this.#text)
        if (match !== null) settle(() => resolve(match))
      }
      const watcher = { check, ended: () => fail('ended') }
      const timer = setTimeout(() => fail(`ran ${timeoutMs} ms`), timeoutMs)
      this.#watchers.add(watcher)
      check()
      if (!running.has(this)) watcher.ended()
    })
  }

  /** Wait for the end. @throws {Error} With all the output, if the exit code is not 0. */
  async untilDone(): Promise<ProgramResult> {
    const result = await this.ended
    if (result.code !== 0) throw this.#failure(`ended with ${result.code ?? result.signal}`)
    return result
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Ask the program to end, and insist after two seconds. */
  async close(): Promise<ProgramResult> {
    this.kill('SIGTERM')
    const insist = setTimeout(() => this.kill('SIGKILL'), 2_000)
    const result = await this.ended
    clearTimeout(insist)
    return result
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #append(text: string): void {
    this.#text += text
    for (const watcher of this.#watchers) watcher.check()
  }

  async #untilEnd(): Promise<ProgramResult> {
    return new Promise(resolve => {
      const finish = (code: number | null, signal: NodeJS.Signals | null): void => {
        running.delete(this)
        for (const watcher of this.#watchers) watcher.ended()
        resolve({ code, signal, stdout: Buffer.concat(this.#stdout), stderr: this.#stderr })
      }
      this.#child.on('close', finish)
      this.#child.on('error', error => this.#append(`${error.message}\n`))
    })
  }

  #failure(what: string): Error {
    return new Error(`${this.name} ${what}. It printed:\n${this.#text.slice(-4_000)}`)
  }
}
