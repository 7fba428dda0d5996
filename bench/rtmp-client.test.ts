import assert from 'node:assert/strict'
import { test } from 'vitest'
import { type AmfValue, decodeAmf, encodeAmf } from './amf.ts'
import { ChunkReader } from './chunk-reader.ts'
import { ChunkWriter, control, MessageType } from './chunk-writer.ts'
import { RtmpClient, type RtmpTarget } from './rtmp-client.ts'

/** Plays the server's part and keeps what the client says. */
class Conversation {
  readonly commands: AmfValue[] = []
  readonly controls: string[] = []
  readonly media: string[] = []
  failure: string | undefined
  liveCount = 0
  readonly client: RtmpClient
  readonly #writer = new ChunkWriter()
  readonly #reader = new ChunkReader((type, body) => this.#hear(type, body))
  #handshakeBytes = 0

  constructor(intent: RtmpTarget['intent']) {
    this.client = new RtmpClient(
      { intent, app: 'live', name: 'bench0', url: 'rtmp://127.0.0.1:1/live' },
      {
        write: bytes => this.#pushed(bytes),
        live: () => this.liveCount++,
        media: (type, body) => this.media.push(`${type}:${body.toString('hex')}`),
        failed: reason => {
          this.failure = reason
        },
      },
    )
    this.client.open()
    const answer = Buffer.alloc(1 + 2 * 1536)
    answer[0] = 3
    this.client.push(answer)
  }

  say(type: number, body: Buffer): void {
    this.client.push(this.#writer.encode({ chunkStreamId: 3, type, messageStreamId: 0, timestamp: 0, body }))
  }

  command(...values: readonly AmfValue[]): void {
    this.say(MessageType.commandAmf0, encodeAmf(...values))
  }

  control(type: number, value: number): void {
    this.client.push(this.#writer.encode(control(type, value)))
  }

  /** C0, C1 and C2 come before the first chunk. */
  #pushed(bytes: Buffer): void {
    const left = Math.max(0, 1 + 2 * 1536 - this.#handshakeBytes)
    this.#handshakeBytes += Math.min(left, bytes.length)
    this.#reader.push(bytes.subarray(left))
  }

  #hear(type: number, body: Buffer): void {
    if (type === MessageType.commandAmf0) this.commands.push(decodeAmf(body)[0])
    else this.controls.push(`${type}:${body.toString('hex')}`)
  }
}

function playing(): Conversation {
  const talk = new Conversation('play')
  talk.command('_result', 1, {}, { code: 'NetConnection.Connect.Success' })
  talk.command('_result', 4, null, 1)
  return talk
}

test('RTMP client: a player connects, creates a stream and plays', () => {
  const talk = playing()
  assert.deepEqual(talk.commands, ['connect', 'createStream', 'play'])
  assert.equal(talk.liveCount, 0)
  talk.command('onStatus', 0, null, { code: 'NetStream.Play.Start' })
  assert.equal(talk.liveCount, 1)
})

test('RTMP client: a publisher says first what librtmp and FMLE say', () => {
  const talk = new Conversation('publish')
  talk.command('_result', 1, {}, {})
  talk.command('_result', 4, null, 1)
  talk.command('onStatus', 0, null, { code: 'NetStream.Publish.Start' })
  assert.deepEqual(talk.commands, ['connect', 'releaseStream', 'FCPublish', 'createStream', 'publish'])
  assert.equal(talk.liveCount, 1)
})

test('RTMP client: media that comes before the status is live, too', () => {
  const talk = playing()
  talk.say(MessageType.video, Buffer.from('170100', 'hex'))
  assert.equal(talk.liveCount, 1)
  assert.deepEqual(talk.media, ['9:170100'])
})

test('RTMP client: a refusal is a failure', () => {
  const talk = playing()
  talk.command('onStatus', 0, null, { level: 'error', code: 'NetStream.Play.StreamNotFound' })
  assert.equal(talk.failure, 'NetStream.Play.StreamNotFound')
  const other = new Conversation('play')
  other.command('_error', 1, null, {})
  assert.equal(other.failure, 'the server answered _error')
})

test('RTMP client: acknowledges once per window', () => {
  const talk = playing()
  talk.client.acknowledge(1_000_000)
  talk.control(MessageType.windowAckSize, 1000)
  const before = talk.controls.length
  talk.client.acknowledge(1500)
  talk.client.acknowledge(2000)
  assert.deepEqual(talk.controls.slice(before), ['3:000005dc'])
})

test('RTMP client: answers a ping with its time', () => {
  const talk = playing()
  const before = talk.controls.length
  talk.say(MessageType.userControl, Buffer.from('000601020304', 'hex'))
  assert.deepEqual(talk.controls.slice(before), ['4:000701020304'])
})

test('RTMP client: follows the server to a new chunk size', () => {
  const talk = playing()
  talk.control(MessageType.setChunkSize, 60_000)
  const body = Buffer.alloc(1000, 7)
  const header = Buffer.from('06000000' + '0003e8' + '09' + '01000000', 'hex')
  talk.client.push(Buffer.concat([header, body]))
  assert.deepEqual(talk.media, [`9:${body.toString('hex')}`])
})
