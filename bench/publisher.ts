import { connect, type Socket } from 'node:net'
import { encodeAmf } from './amf.ts'
import { MessageType } from './chunk-writer.ts'
import { monotonicNs } from './marks.ts'
import { RtmpClient } from './rtmp-client.ts'
import {
  AUDIO_FRAME_SAMPLES,
  AUDIO_RATE,
  audioHeader,
  type FramePlan,
  type MediaShape,
  makeAudio,
  makeVideo,
  planFrames,
  videoHeader,
} from './synthetic-media.ts'

/** One stream to publish by RTMP. */
export type PublisherPlan = {
  readonly host: string
  readonly port: number
  readonly app: string
  readonly name: string
  readonly stream: number
  readonly shape: MediaShape
  /** How much later than others of its crew it sends its first frame, so that key frames do not coincide. */
  readonly delayNs: number
}

export type PublisherEvents = {
  /** The server has accepted the stream. */
  readonly live: () => void
  /** A frame was sent, so much later than it was due. */
  readonly sent: (bytes: number, lateNs: number) => void
  /** A frame was left out because the server does not read. */
  readonly skipped: () => void
  readonly ended: (reason: string) => void
}

const CHUNK_SIZE = 4096
/** Frames are left out while so many bytes wait for the server to read them. */
const BACKLOG_LIMIT = 8 << 20
/** Audio follows video by this much, so that the two do not go out as one. */
const AUDIO_OFFSET_NS = 3e6

/** Publishes one synthetic stream on one socket. Its crew calls `sendDue` when `dueNs` has come. */
export class Publisher {
  readonly #plan: PublisherPlan
  readonly #events: PublisherEvents
  readonly #frames: FramePlan
  readonly #socket: Socket
  readonly #client: RtmpClient
  #startNs: number | undefined
  #videoSequence = 0
  #audioSequence = 0
  #isClosed = false

  constructor(plan: PublisherPlan, events: PublisherEvents) {
    this.#plan = plan
    this.#events = events
    this.#frames = planFrames(plan.shape)
    const { app, name, host, port } = plan
    this.#client = new RtmpClient(
      { intent: 'publish', app, name, url: `rtmp://${host}:${port}/${app}` },
      {
        write: bytes => this.#socket.write(bytes),
        live: () => this.#start(),
        media: () => {},
        failed: reason => this.#end(reason),
      },
    )
    this.#socket = connect({ host, port, noDelay: true })
    this.#socket.once('connect', () => this.#client.open())
    this.#socket.on('data', bytes => this.#client.push(bytes))
    this.#socket.once('error', error => this.#end(error.message))
    this.#socket.once('close', () => this.#end('closed by the server'))
  }

  /** When the next frame is due; never, before the server has accepted the stream and after the end. */
  get dueNs(): number {
    return Math.min(this.#videoDueNs, this.#audioDueNs)
  }

  /** Send every frame that is due. */
  sendDue(nowNs: number): void {
    while (this.dueNs <= nowNs) this.#sendNext()
  }

  close(): void {
    this.#isClosed = true
    this.#startNs = undefined
    this.#socket.destroy()
  }

  get #videoDueNs(): number {
    if (this.#startNs === undefined) return Number.POSITIVE_INFINITY
    return this.#startNs + (this.#videoSequence * 1e9) / this.#plan.shape.fps
  }

  get #audioDueNs(): number {
    if (this.#startNs === undefined) return Number.POSITIVE_INFINITY
    return this.#startNs + AUDIO_OFFSET_NS + (this.#audioSequence * AUDIO_FRAME_SAMPLES * 1e9) / AUDIO_RATE
  }

  #start(): void {
    this.#client.setChunkSize(CHUNK_SIZE)
    this.#client.send(MessageType.dataAmf0, 0, metadata(this.#plan.shape))
    this.#client.send(MessageType.video, 0, videoHeader())
    this.#client.send(MessageType.audio, 0, audioHeader())
    this.#startNs = monotonicNs() + this.#plan.delayNs
    this.#events.live()
  }

  #sendNext(): void {
    const dueNs = this.dueNs
    const isVideo = dueNs === this.#videoDueNs
    const sequence = isVideo ? this.#videoSequence++ : this.#audioSequence++
    if (this.#socket.writableLength > BACKLOG_LIMIT) return this.#events.skipped()
    const size = isVideo ? this.#sendVideo(sequence) : this.#sendAudio(sequence)
    this.#events.sent(size, monotonicNs() - dueNs)
  }

  #sendVideo(sequence: number): number {
    const isKey = sequence % this.#frames.gopFrames === 0
    const size = isKey ? this.#frames.keySize : this.#frames.interSize
    const timestamp = Math.round((sequence * 1000) / this.#plan.shape.fps)
    this.#client.send(MessageType.video, timestamp, makeVideo({ stream: this.#plan.stream, sequence, size }, isKey))
    return size
  }

  #sendAudio(sequence: number): number {
    const size = this.#frames.audioSize
    const timestamp = Math.round((sequence * AUDIO_FRAME_SAMPLES * 1000) / AUDIO_RATE)
    this.#client.send(MessageType.audio, timestamp, makeAudio({ stream: this.#plan.stream, sequence, size }))
    return size
  }

  #end(reason: string): void {
    if (this.#isClosed) return
    this.close()
    this.#events.ended(reason)
  }
}

function metadata({ kbps, audioKbps, fps }: MediaShape): Buffer {
  return encodeAmf('@setDataFrame', 'onMetaData', {
    duration: 0,
    width: 1280,
    height: 720,
    videocodecid: 7,
    videodatarate: kbps - audioKbps,
    framerate: fps,
    audiocodecid: 10,
    audiodatarate: audioKbps,
    audiosamplerate: AUDIO_RATE,
    audiosamplesize: 16,
    stereo: true,
  })
}
