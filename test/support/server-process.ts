import { join } from 'node:path'
import { nodeFlags, nodeVariables } from '../../bin/node-flags.mjs'
import { projectRoot } from '../../scripts/project.mjs'
import { Program } from '../peers/program.ts'

/** Several start at a time on a busy machine, the first ones without a cache of compiled code. */
const startTimeoutMs = 50_000

/** The server in a process of its own, started as `bin` starts it, listening on free ports of this machine. Start it with `await using`. */
export class ServerProcess implements AsyncDisposable {
  readonly program: Program
  readonly rtmpPort: number
  readonly srtPort: number
  readonly httpPort: number

  private constructor(program: Program, rtmpPort: number, srtPort: number, httpPort: number) {
    this.program = program
    this.rtmpPort = rtmpPort
    this.srtPort = srtPort
    this.httpPort = httpPort
  }

  static async start(...flags: readonly string[]): Promise<ServerProcess> {
    const listeners = ['rtmp', 'srt', 'http'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])
    return ServerProcess.startAsConfigured(...listeners, ...flags)
  }

  /** One whose file says where it listens: for RTMP, SRT and HTTP. */
  static async startAsConfigured(...flags: readonly string[]): Promise<ServerProcess> {
    const args = [...nodeFlags, join(projectRoot, 'src', 'main.ts'), '--log-format', 'json', ...flags]
    const program = new Program(process.execPath, args, { cwd: projectRoot, env: nodeVariables({}) })
    const rtmp = await program.untilPrinted(/"protocol":"rtmp".*?"port":(\d+)/, startTimeoutMs)
    const srt = await program.untilPrinted(/"protocol":"srt".*?"port":(\d+)/)
    const http = await program.untilPrinted(/"protocol":"http".*?"port":(\d+)/)
    return new ServerProcess(program, Number(rtmp[1]), Number(srt[1]), Number(http[1]))
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
  }
}
