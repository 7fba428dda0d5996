import { join } from 'node:path'
import { nodeFlags, nodeVariables } from '../../bin/node-flags.mjs'
import { projectRoot } from '../../scripts/project.mjs'
import { Program } from '../peers/program.ts'
import { TestFolder } from './test-folder.ts'

/** Several start at a time on a busy machine, the first ones without a cache of compiled code. */
const startTimeoutMs = 50_000

/**
 * The server in a process of its own, started as `bin` starts it, listening on free ports of this machine. What it keeps
 * where no flag says so goes away with it. Start it with `await using`.
 */
export class ServerProcess implements AsyncDisposable {
  readonly program: Program
  readonly rtmpPort: number
  readonly srtPort: number
  readonly httpPort: number
  readonly #gone: Promise<void>

  private constructor(
    program: Program,
    gone: Promise<void>,
    ports: { readonly rtmp: number; readonly srt: number; readonly http: number },
  ) {
    this.program = program
    this.#gone = gone
    this.rtmpPort = ports.rtmp
    this.srtPort = ports.srt
    this.httpPort = ports.http
  }

  static async start(...flags: readonly string[]): Promise<ServerProcess> {
    const listeners = ['rtmp', 'srt', 'http'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])
    return ServerProcess.startAsConfigured(...listeners, ...flags)
  }

  /** One whose file says where it listens: for RTMP, SRT and HTTP. */
  static async startAsConfigured(...flags: readonly string[]): Promise<ServerProcess> {
    const folder = await TestFolder.open('server')
    const args = [
      ...nodeFlags,
      '--inspect-port=0',
      join(projectRoot, 'src', 'main.ts'),
      '--log-format',
      'json',
      ...flags,
    ]
    const program = new Program(process.execPath, args, { cwd: folder.path, env: nodeVariables({}) })
    const gone = program.ended.then(() => folder[Symbol.asyncDispose]())
    const port = async (protocol: string): Promise<number> => {
      const listening = new RegExp(`"protocol":"${protocol}".*?"port":(\\d+)`)
      return Number((await program.untilPrinted(listening, startTimeoutMs))[1])
    }
    return new ServerProcess(program, gone, {
      rtmp: await port('rtmp'),
      srt: await port('srt'),
      http: await port('http'),
    })
  }

  rtmpUrl(stream: string): string {
    return `rtmp://127.0.0.1:${this.rtmpPort}/${stream}`
  }

  /** Of a server that was started with a certificate. */
  async rtmpsUrl(stream: string): Promise<string> {
    const [, port] = await this.program.untilPrinted(/"protocol":"rtmps".*?"port":(\d+)/)
    return `rtmps://127.0.0.1:${port}/${stream}`
  }

  srtUrl(streamId: string, options = ''): string {
    return `srt://127.0.0.1:${this.srtPort}?streamid=${encodeURIComponent(streamId)}${options}`
  }

  /** Of a server that was started with a certificate for HTTP. */
  async httpsUrl(path: string): Promise<string> {
    const [, port] = await this.program.untilPrinted(/"protocol":"https".*?"port":(\d+)/)
    return `https://127.0.0.1:${port}${path}`
  }

  httpUrl(path: string): string {
    return `http://127.0.0.1:${this.httpPort}${path}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program.close()
    await this.#gone
  }
}
