import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { freePort, untilListening } from './ports.ts'

/** nginx with its RTMP module as a plain live server: whoever publishes `live/…` is played there. */
export class NginxRtmp implements AsyncDisposable {
  readonly port: number
  readonly #folder: string
  #program: Program | undefined

  private constructor(port: number, folder: string) {
    this.port = port
    this.#folder = folder
  }

  /** @param directives More of them for its one application, `live`. */
  static async start(directives = ''): Promise<NginxRtmp> {
    const nginx = new NginxRtmp(await freePort(), await mkdtemp(join(tmpdir(), 'sluice-nginx-')))
    await writeFile(nginx.#configPath, nginx.#config(directives))
    await nginx.restart()
    return nginx
  }

  url(key: string): string {
    return `rtmp://127.0.0.1:${this.port}/live/${key}`
  }

  /** Start again on the same port. */
  async restart(): Promise<void> {
    this.#program = startPeer('nginx', ['-e', 'stderr', '-c', this.#configPath])
    await untilListening('nginx', this.port)
  }

  /** End it at once, as a crash does. */
  async kill(): Promise<void> {
    this.#program?.kill('SIGKILL')
    await this.#program?.ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    await rm(this.#folder, { recursive: true })
  }

  get #configPath(): string {
    return join(this.#folder, 'nginx.conf')
  }

  #config(directives: string): string {
    return `load_module modules/ngx_rtmp_module.so;
daemon off;
master_process off;
pid ${this.#folder}/nginx.pid;
events {}
rtmp {
  access_log off;
  server {
    listen 127.0.0.1:${this.port};
    # Players are told when their publisher leaves, and FFmpeg ends then.
    application live { live on; publish_notify on; ${directives} }
  }
}
`
  }
}
