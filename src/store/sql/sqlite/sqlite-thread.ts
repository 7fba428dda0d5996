import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Milliseconds } from '../../../core/units.ts'

export type SqliteFile = {
  readonly path: string
  /** How long a statement waits for others who hold the file. */
  readonly busyTimeout: Milliseconds
}

export type SqliteRequest = { readonly sql: string; readonly parameters: readonly unknown[] }

export type SqliteAnswer =
  | { readonly rows: readonly unknown[] }
  | { readonly error: { readonly message: string; readonly errcode: number } }

/** What SQLite says, with its result code. @see https://sqlite.org/rescode.html */
export class SqliteError extends Error {
  readonly errcode: number

  constructor(message: string, errcode: number) {
    super(message)
    this.errcode = errcode
  }
}

type Waiting = { readonly resolve: (rows: readonly unknown[]) => void; readonly reject: (error: Error) => void }

/** One SQLite file, opened in a thread with the first statement. */
export class SqliteThread {
  readonly #worker: Worker
  /** In the order of the answers. */
  readonly #waiting: Waiting[] = []

  constructor(file: SqliteFile) {
    this.#worker = new Worker(new URL(`./sqlite-worker${extname(import.meta.filename)}`, import.meta.url), {
      workerData: file,
    })
    this.#worker.unref()
    this.#worker.on('message', (answer: SqliteAnswer) => this.#settle(answer))
    this.#worker.on('error', error => this.#failAll(error))
    this.#worker.on('exit', () => this.#failAll(new Error('the thread of the file has ended')))
  }

  run({ sql, parameters }: SqliteRequest): Promise<readonly unknown[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
      this.#worker.postMessage({ sql, parameters })
    })
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #settle(answer: SqliteAnswer): void {
    const waiting = this.#waiting.shift()
    if ('rows' in answer) waiting?.resolve(answer.rows)
    else waiting?.reject(new SqliteError(answer.error.message, answer.error.errcode))
  }

  #failAll(error: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error instanceof Error ? error : new Error(String(error)))
  }
}
