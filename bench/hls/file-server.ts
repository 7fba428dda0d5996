import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { measureTree, type TreeUsage } from '../process-usage.ts'

/** Where files are in memory. */
const memory = '/dev/shm'
const pollMs = 200

/** nginx with one worker, which serves what another server packages: the same files, copied to memory as they come. */
export class FileServer {
  readonly port: number
  readonly #folder: string
  readonly #child: ChildProcess
  #isOpen = true
  #mirroring: Promise<void> | undefined

  private constructor(port: number, folder: string, sendfile: string) {
    this.port = port
    this.#folder = folder
    const config = join(folder, 'nginx.conf')
    writeFileSync(config, nginxConfig(port, folder, sendfile))
    this.#child = spawn('nginx', ['-p', folder, '-e', 'stderr', '-c', config], { stdio: ['ignore', 2, 2] })
  }

  /** @param source URL of a media playlist. @param sendfile `on` or `off`. Resolves when there is a first copy. */
  static async start(source: string, sendfile: string): Promise<FileServer> {
    if (spawnSync('nginx', ['-v']).error !== undefined) {
      throw new Error('Cannot measure nginx: there is no such program; Debian has it in nginx-light')
    }
    const folder = mkdtempSync(join(memory, 'bench-hls-'))
    // nginx gives its rights up.
    chmodSync(folder, 0o755)
    const server = new FileServer(await freePort(), folder, sendfile)
    const copied = new Map<string, number>()
    await server.#copy(source, copied)
    server.#mirroring = server.#mirror(source, copied)
    return server
  }

  measure(): TreeUsage {
    return measureTree(this.#child.pid ?? 0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOpen = false
    await this.#mirroring
    const exited = new Promise(resolve => this.#child.once('exit', resolve))
    this.#child.kill('SIGTERM')
    await exited
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #mirror(source: string, copied: Map<string, number>): Promise<void> {
    while (this.#isOpen) {
      await sleep(pollMs)
      await this.#copy(source, copied)
    }
  }

  async #copy(source: string, copied: Map<string, number>): Promise<void> {
    const list = await (await fetch(source)).text()
    const names = list.split('\n').filter(line => line !== '' && !line.startsWith('#'))
    for (const name of names) {
      if (copied.has(name)) continue
      writeFileSync(join(this.#folder, name), await (await fetch(new URL(name, source))).bytes())
      copied.set(name, Date.now())
    }
    writeFileSync(join(this.#folder, 'next'), list)
    renameSync(join(this.#folder, 'next'), join(this.#folder, 'list.m3u8'))
    // Players may have a list that is a little old.
    for (const [name, at] of copied) {
      if (names.includes(name) || Date.now() - at < 60_000) continue
      unlinkSync(join(this.#folder, name))
      copied.delete(name)
    }
  }
}

function nginxConfig(port: number, folder: string, sendfile: string): string {
  return `worker_processes 1;
daemon off;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 16384; }
http {
  access_log off;
  sendfile ${sendfile};
  tcp_nopush on;
  keepalive_requests 1000000;
  open_file_cache max=100 inactive=60s;
  open_file_cache_valid 1s;
  server { listen 127.0.0.1:${port} backlog=1024; root ${folder}; }
}
`
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('Cannot find a free port')
  return address.port
}
