import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ChunkWriter, control, MessageType } from './chunk-writer.ts'

test('chunk writer: cuts the example of the specification (RTMP 1.0 §5.3.2.2)', () => {
  const body = Buffer.alloc(307, 0xab)
  const wire = new ChunkWriter().encode({
    chunkStreamId: 4,
    type: MessageType.video,
    messageStreamId: 12346,
    timestamp: 1000,
    body,
  })
  const parts = [`040003e8000133093a300000`, 'ab'.repeat(128), 'c4', 'ab'.repeat(128), 'c4', 'ab'.repeat(51)]
  assert.equal(wire.toString('hex'), parts.join(''))
})

test('chunk writer: media after the first has a delta', () => {
  const writer = new ChunkWriter()
  const video = { chunkStreamId: 6, type: MessageType.video, messageStreamId: 1, body: Buffer.from([1]) }
  writer.encode({ ...video, timestamp: 40 })
  assert.equal(writer.encode({ ...video, timestamp: 81 }).toString('hex'), '46000029' + '000001' + '09' + '01')
})

test('chunk writer: a new chunk size holds for what comes after its message', () => {
  const writer = new ChunkWriter()
  assert.equal(writer.setChunkSize(4096).toString('hex'), '02000000' + '000004' + '01' + '00000000' + '00001000')
  const body = Buffer.alloc(200)
  const wire = writer.encode({ chunkStreamId: 4, type: MessageType.audio, messageStreamId: 1, timestamp: 0, body })
  assert.equal(wire.length, 12 + 200)
})

test('chunk writer: a control message holds one number', () => {
  const wire = new ChunkWriter().encode(control(MessageType.acknowledgement, 0x01020304))
  assert.equal(wire.toString('hex'), '02000000' + '000004' + '03' + '00000000' + '01020304')
})
