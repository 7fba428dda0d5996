import assert from 'node:assert/strict'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { assertOneEndEach, connectionEnd, untilMemoryIsFree } from './attack-traces.ts'
import { startPlayer } from './ffmpeg-peers.ts'
import { assertReceivedPart, frameCount, parseFrameList } from './frame-list.ts'
import { heldMemory } from './held-memory.ts'
import type { RtmpClient } from './rtmp-client.ts'
import { logLines, untilConnections, untilStream } from './server-facts.ts'
import { ServerProcess } from './server-process.ts'

const bystander = 'live/bystander'
/** Connections of FFmpeg's publisher and player. */
export const bystanders = 2
/** Frames that the publisher may have on their way when it ends. */
const inFlight = 15

/** A server, and a publisher and a player on it who must not notice that others attack it. */
export class AttackedServer implements AsyncDisposable {
  readonly #process: ServerProcess
  readonly #publisher: Program
  readonly #player: Program
  readonly #memoryBefore: number

  private constructor(process: ServerProcess, publisher: Program, player: Program, memoryBefore: number) {
    this.#process = process
    this.#publisher = publisher
    this.#player = player
    this.#memoryBefore = memoryBefore
  }

  static async start(...flags: readonly string[]): Promise<AttackedServer> {
    const process = await ServerProcess.start('--hub-resume-timeout', '500ms', ...flags)
    const player = startPlayer(process.rtmpUrl(`${bystander}?wait=10s`))
    const publisher = await publishAndList(process.rtmpUrl(bystander))
    await untilStream(process, bystander, ({ framesIn, subscriberCount }) => framesIn > 10 && subscriberCount === 1)
    const memory = await heldMemory(process)
    return new AttackedServer(process, publisher, player, memory)
  }

  get port(): number {
    return this.#process.rtmpPort
  }

  get process(): ServerProcess {
    return this.#process
  }

  hasEnded({ peer }: RtmpClient): boolean {
    return logLines(this.#process).some(line => line.peer === peer && connectionEnd.test(line.msg))
  }

  /** Wait until the server has logged why the client's connection ended, and return the code. */
  async endOf({ peer }: RtmpClient): Promise<string> {
    const line = new RegExp(`"peer":"${peer}","code":"(RTMP_[A-Z_]+)"[^\\n]*"msg":"Connection closed: `)
    return (await this.#process.program.untilPrinted(line))[1] ?? ''
  }

  /** Assert that the server ends the client's connection, and says why by `code`. */
  async assertEnds(client: RtmpClient, code: string): Promise<void> {
    assert.equal(await this.endOf(client), code)
    await client.closed()
  }

  /**
   * End the bystanders, and assert that they lost nothing, that every connection ended with one line of the log, that
   * none is left, and that the memory is free again.
   */
  async assertUnharmed(): Promise<void> {
    await untilConnections(this.#process, 'rtmp', bystanders)
    await untilMemoryIsFree(this.#process, this.#memoryBefore)
    await this.#assertBystandersLostNothing()
    await untilConnections(this.#process, 'rtmp', 0)
    assertOneEndEach(this.#process)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of [this.#publisher, this.#player]) await program.close()
    await this.#process[Symbol.asyncDispose]()
  }

  async #assertBystandersLostNothing(): Promise<void> {
    this.#publisher.kill('SIGINT')
    const sent = parseFrameList((await this.#publisher.ended).stdout.toString())
    const { stdout, stderr } = await this.#player.untilDone()
    assert.equal(stderr, '')
    const received = parseFrameList(stdout.toString())
    assert.equal(assertReceivedPart(received, sent), 0)
    const missing = frameCount(sent) - frameCount(received)
    assert.ok(missing < inFlight, `${missing} of ${frameCount(sent)} frames are missing`)
  }
}

/** FFmpeg sends a clip over and over, and prints what it sends. */
async function publishAndList(url: string): Promise<Program> {
  const input = ['-re', '-stream_loop', '-1', '-i', await clip('clip.flv')]
  const list = ['-map', '0', '-c', 'copy', '-f', 'framemd5', '-']
  return startPeer('ffmpeg', ['-v', 'error', ...input, ...list, '-map', '0', '-c', 'copy', '-f', 'flv', url])
}
