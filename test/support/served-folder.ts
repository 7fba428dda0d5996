import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that a web server shows, with ranges. */
export class ServedFolder implements AsyncDisposable {
  readonly path: string
  /** Paths that were asked for, in their order. */
  readonly requests: string[] = []
  /** Paths that are answered with 404 although the files are there. */
  readonly missing = new Set<string>()
  readonly #server = createServer((request, response) => void this.#answer(request, response))

  private constructor(path: string) {
    this.path = path
  }

  static async open(): Promise<ServedFolder> {
    const folder = new ServedFolder(await mkdtemp(join(tmpdir(), 'sluice-served-')))
    await new Promise<void>(resolve => folder.#server.listen(0, '127.0.0.1', resolve))
    return folder
  }

  url(name: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${name}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
    await rm(this.path, { recursive: true })
  }

  async #answer({ url = '/', headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = url.slice(1).split('?')[0] ?? ''
    this.requests.push(name)
    const bytes = this.missing.has(name) ? undefined : await readFile(join(this.path, name)).catch(() => undefined)
    if (bytes === undefined) return void response.writeHead(404).end()
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? []
    if (from === undefined) return void response.end(bytes)
    response.writeHead(206).end(bytes.subarray(Number(from), Number(to) + 1))
  }
}
