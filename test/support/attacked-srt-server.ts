import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { assertOneEndEach, connectionEnd, untilMemoryIsFree } from './attack-traces.ts'
import { assertRelayed, framesOfTs, listOutput } from './common-form.ts'
import { parseTracks } from './frame-list.ts'
import { heldMemory } from './held-memory.ts'
import { type LogLine, logLines, untilConnections, untilStream } from './server-facts.ts'
import { ServerProcess } from './server-process.ts'
import { SrtClient } from './srt-client.ts'
import { srtLiveTransmit } from './srt-pipes.ts'

const bystander = 'live/bystander'
/** Connections of the publisher and of the player. */
export const bystanders = 2
const forms = ['h264', 'aac'] as const

/** A server, and a publisher and a player over SRT who must not notice that others attack it. */
export class AttackedSrtServer implements AsyncDisposable {
  readonly process: ServerProcess
  readonly #publisher: Program
  readonly #player: Program
  readonly #memoryBefore: number

  private constructor(process: ServerProcess, publisher: Program, player: Program, memoryBefore: number) {
    this.process = process
    this.#publisher = publisher
    this.#player = player
    this.#memoryBefore = memoryBefore
  }

  /** @param passphrase Of the bystanders; "" for none. */
  static async start(passphrase: string, ...flags: readonly string[]): Promise<AttackedSrtServer> {
    const process = await ServerProcess.start('--hub-resume-timeout', '500ms', ...flags)
    const secret = passphrase === '' ? '' : `&passphrase=${passphrase}`
    const player = srtLiveTransmit.from(process.srtUrl(`read:${bystander}?wait=10s`, secret))
    await untilConnections(process, 'srt', 1)
    const publisher = await publishAndList(process.srtUrl(`publish:${bystander}`, secret))
    await untilStream(process, bystander, ({ framesIn, subscriberCount }) => framesIn > 10 && subscriberCount === 1)
    return new AttackedSrtServer(process, publisher, player, await heldMemory(process))
  }

  get port(): number {
    return this.process.srtPort
  }

  /** A socket that has said nothing. */
  open(address?: string): Promise<SrtClient> {
    return SrtClient.open(this.port, address)
  }

  /** The lines about the end of connections of this client. */
  endsOf({ peer }: SrtClient): readonly LogLine[] {
    return logLines(this.process).filter(line => line.peer === peer && connectionEnd.test(line.msg))
  }

  /** Wait until the server has logged why the client's connection ended, and return the code. */
  async endOf({ peer }: SrtClient): Promise<string> {
    const line = new RegExp(`"peer":"${peer}","code":"(SRT_[A-Z_]+)"[^\\n]*"msg":"Connection closed: `)
    return (await this.process.program.untilPrinted(line))[1] ?? ''
  }

  /**
   * End the bystanders, and assert that they lost nothing, that every connection ended with one line of the log, that
   * none is left, and that the memory is free again.
   */
  async assertUnharmed(): Promise<void> {
    await untilConnections(this.process, 'srt', bystanders)
    await untilMemoryIsFree(this.process, this.#memoryBefore)
    this.#publisher.kill('SIGINT')
    const sent = parseTracks((await this.#publisher.ended).stdout.toString())
    const { stdout } = await this.#player.untilDone()
    assertRelayed(await framesOfTs(stdout, forms), sent, { atStart: 0, atEnd: 40 })
    await untilConnections(this.process, 'srt', 0)
    assertOneEndEach(this.process)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of [this.#publisher, this.#player]) await program.close()
    await this.process[Symbol.asyncDispose]()
  }
}

/** FFmpeg sends a clip over and over, and prints what it sends. */
async function publishAndList(url: string): Promise<Program> {
  const input = ['-re', '-stream_loop', '-1', '-i', await clip('clip.flv')]
  const list = ['-v', 'error', ...input, ...listOutput(forms)]
  return startPeer('ffmpeg-9', [...list, '-map', '0', '-c', 'copy', '-f', 'mpegts', url])
}
