import { connect, type Socket } from 'node:net'
import { encodeAmf } from './amf.ts'
import { MessageType } from './chunk-writer.ts'
import {
  type PublishedFrame,
  type PublishedStream,
  type PublishLink,
  type PublishLinkEvents,
  portOf,
} from './publish-link.ts'
import { RtmpClient } from './rtmp-client.ts'
import { AUDIO_RATE, audioHeader, type MediaShape, videoHeader } from './synthetic-media.ts'

const CHUNK_SIZE = 4096
/** The server does not read while so many bytes wait for it. */
const BACKLOG_LIMIT = 8 << 20

/** Publishes one stream by RTMP, on one socket. */
export class RtmpPublishLink implements PublishLink {
  readonly #shape: MediaShape
  readonly #events: PublishLinkEvents
  readonly #socket: Socket
  readonly #client: RtmpClient

  constructor({ target, stream, name, shape }: PublishedStream, events: PublishLinkEvents) {
    this.#shape = shape
    this.#events = events
    const { app, host, ports } = target
    const port = portOf(ports, stream)
    this.#client = new RtmpClient(
      { intent: 'publish', app, name, url: `rtmp://${host}:${port}/${app}` },
      {
        write: bytes => this.#socket.write(bytes),
        live: () => this.#start(),
        media: () => {},
        failed: reason => events.failed(reason),
      },
    )
    this.#socket = connect({ host, port, noDelay: true })
    this.#socket.once('connect', () => this.#client.open())
    this.#socket.on('data', bytes => this.#client.push(bytes))
    this.#socket.once('error', error => events.failed(error.message))
    this.#socket.once('close', () => events.failed('closed by the server'))
  }

  get isFull(): boolean {
    return this.#socket.writableLength > BACKLOG_LIMIT
  }

  write({ kind, seconds, body }: PublishedFrame): void {
    this.#client.send(MessageType[kind], Math.round(seconds * 1000), body)
  }

  close(): void {
    this.#socket.destroy()
  }

  #start(): void {
    this.#client.setChunkSize(CHUNK_SIZE)
    this.#client.send(MessageType.dataAmf0, 0, metadata(this.#shape))
    this.#client.send(MessageType.video, 0, videoHeader())
    this.#client.send(MessageType.audio, 0, audioHeader())
    this.#events.live()
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
