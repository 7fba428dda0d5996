import { once } from 'node:events'
import type { ServerProcess } from './server-process.ts'

const memoryInUse = '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())'

/**
 * Bytes that the server's process holds once its garbage is collected, on the heap and off it: what it would leak.
 * What is resident says when V8 has last collected.
 */
export async function heldMemory(server: ServerProcess): Promise<number> {
  await using inspector = await Inspector.attach(server)
  await inspector.ask('HeapProfiler.collectGarbage')
  const { result } = await inspector.ask('Runtime.evaluate', { expression: memoryInUse, returnByValue: true })
  return Number((result as { readonly value: unknown }).value)
}

/** Asks V8 in another process. Source: Chrome DevTools Protocol, as Node's `--inspect` speaks it. */
class Inspector implements AsyncDisposable {
  readonly #socket: WebSocket

  private constructor(socket: WebSocket) {
    this.#socket = socket
  }

  static async attach({ program }: ServerProcess): Promise<Inspector> {
    // Opens the port; one that is open stays as it is.
    program.kill('SIGUSR1')
    const [, url = ''] = await program.untilPrinted(/Debugger listening on (ws:\S+)/)
    const socket = new WebSocket(url)
    await once(socket, 'open')
    return new Inspector(socket)
  }

  /** Only one question at a time. */
  async ask(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    this.#socket.send(JSON.stringify({ id: 1, method, params }))
    const [{ data }] = (await once(this.#socket, 'message')) as [{ readonly data: string }]
    return (JSON.parse(data) as { readonly result: Record<string, unknown> }).result
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#socket, 'close')
    this.#socket.close()
    await closed
  }
}
