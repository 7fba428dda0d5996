import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { audio, ScriptedPeer } from '../../../test/support/scripted-rtmp-peer.ts'
import { encodeAmf0 } from '../../formats/amf/encode-amf0.ts'

describe('message stream: publish', () => {
  test('as FMLE does it', () => {
    const peer = ScriptedPeer.connected()
    peer.sent = []
    peer.call('releaseStream', 2, null, 'test')
    peer.call('FCPublish', 3, null, 'test')
    peer.call('createStream', 4, null)
    peer.callOn(1, 'publish', 5, null, 'test', 'live')
    peer.message(audio(1))
    peer.call('FCUnpublish', 6, null, 'test')
    peer.call('deleteStream', 7, null, 1)
    assert.deepEqual(peer.sent, [
      ['_result', 0, 2, undefined],
      ['_result', 0, 3, undefined],
      ['_result', 0, 4, 1],
      ['onFCPublish', 1, 0, 'NetStream.Publish.Start'],
      ['onStatus', 1, 0, 'status NetStream.Publish.Start'],
      ['onFCUnpublish', 1, 0, 'NetStream.Unpublish.Success'],
      ['onStatus', 1, 0, 'status NetStream.Unpublish.Success'],
      ['_result', 0, 6, undefined],
    ])
    assert.deepEqual(peer.events.slice(1), [
      ['publish', 1, 'test', '', 'live'],
      ['media', 1, 8, 40, 2],
      ['closed', 1],
    ])
  })

  test('splits the query off the name, and publishes live if not told how', () => {
    const peer = ScriptedPeer.withStream()
    peer.callOn(1, 'publish', 0, null, 'key?token=x?y')
    assert.deepEqual(peer.events.at(-1), ['publish', 1, 'key', 'token=x?y', 'live'])
    peer.callOn(1, 'publish', 0, null, '', 'record')
    assert.deepEqual(peer.events.slice(-2), [
      ['closed', 1],
      ['publish', 1, '', '', 'record'],
    ])
    peer.callOn(1, 'publish', 0)
    assert.deepEqual(peer.events.at(-1), ['publish', 1, '', '', 'live'])
  })

  test('refused, with an error and its reason; the stream may be used again', () => {
    const peer = ScriptedPeer.withStream()
    peer.verdict = 'refuse'
    peer.callOn(1, 'publish', 0, null, 'test', 'live')
    peer.message(audio(1))
    peer.verdict = 'accept'
    peer.callOn(1, 'publish', 0, null, 'other', 'live')
    assert.deepEqual(peer.sent[0], ['onStatus', 1, 0, 'error NetStream.Publish.BadName'])
    assert.deepEqual(peer.events.slice(1), [
      ['publish', 1, 'test', '', 'live'],
      ['publish', 1, 'other', '', 'live'],
    ])
    assert.equal(peer.session.facts.messagesIgnored, 1)
  })

  test('a verdict that comes after the peer has gone does nothing', () => {
    const peer = ScriptedPeer.withStream()
    peer.verdict = 'later'
    peer.callOn(1, 'publish', 0, null, 'test', 'live')
    peer.call('deleteStream', 0, null, 1)
    peer.session.acceptPublish(1)
    peer.session.refuse(1, 'NetStream.Publish.Denied', 'No')
    assert.deepEqual(peer.sent, [])
    assert.deepEqual(peer.events.at(-1), ['closed', 1])
  })

  test('ended by the server', () => {
    const peer = ScriptedPeer.withStream()
    peer.callOn(1, 'publish', 0, null, 'test', 'live')
    peer.session.stop(1)
    peer.message(audio(1))
    assert.deepEqual(peer.sent.at(-1), ['onStatus', 1, 0, 'status NetStream.Unpublish.Success'])
    assert.deepEqual(peer.events.at(-1), ['publish', 1, 'test', '', 'live'])
  })

  test('aggregates, AMF3 data and metadata come out as plain media', () => {
    const peer = ScriptedPeer.withStream()
    peer.callOn(1, 'publish', 0, null, 'test', 'live')
    const parts = Buffer.from('0800000200000000000000aaaa0000000d16000000000000000000000000000b', 'hex')
    peer.message({ type: 22, streamId: 1, timestamp: 100, payload: new Uint8Array(parts) })
    const metadata = encodeAmf0('@setDataFrame', 'onMetaData', { width: 2 })
    peer.message({ type: 15, streamId: 1, timestamp: 5, payload: new Uint8Array([0, ...metadata]) })
    assert.deepEqual(peer.events.slice(-2), [
      ['media', 1, 8, 100, 2],
      ['media', 1, 18, 5, metadata.length - 16],
    ])
  })
})

describe('message stream: play', () => {
  test('begins, resets, starts and grants sample access, in this order', () => {
    const peer = ScriptedPeer.withStream()
    peer.callOn(1, 'play', 3, null, 'test?wait=10s')
    assert.deepEqual(peer.events.at(-1), ['play', 1, 'test', 'wait=10s', -2, -1, true])
    assert.deepEqual(peer.sent, [
      [4, '000000000001'],
      ['onStatus', 1, 0, 'status NetStream.Play.Reset'],
      ['onStatus', 1, 0, 'status NetStream.Play.Start'],
      ['data', 1, '|RtmpSampleAccess', true, true],
    ])
  })

  test('without reset is not reset', () => {
    const peer = ScriptedPeer.withStream()
    peer.callOn(1, 'play', 3, null, 'test', -1, 5, false)
    assert.deepEqual(peer.events.at(-1), ['play', 1, 'test', '', -1, 5, false])
    assert.deepEqual(peer.sent[1], ['onStatus', 1, 0, 'status NetStream.Play.Start'])
  })

  test('refused with an error', () => {
    const peer = ScriptedPeer.withStream()
    peer.verdict = 'refuse'
    peer.callOn(1, 'play', 3, null, 'test')
    assert.deepEqual(peer.sent, [['onStatus', 1, 0, 'error NetStream.Play.StreamNotFound']])
  })

  test('pauses, goes on, seeks and receives', () => {
    const peer = ScriptedPeer.withStream()
    peer.callOn(1, 'play', 3, null, 'test')
    peer.sent = []
    peer.callOn(1, 'pause', 0, null, true, 100)
    peer.callOn(1, 'pause', 0, null, false, 100)
    peer.callOn(1, 'seek', 0, null, 5000)
    peer.callOn(1, 'receiveVideo', 0, null, false)
    peer.callOn(1, 'receiveVideo', 0, null, true)
    assert.deepEqual(peer.sent, [
      ['onStatus', 1, 0, 'status NetStream.Pause.Notify'],
      [4, '000100000001'],
      ['onStatus', 1, 0, 'status NetStream.Unpause.Notify'],
      [4, '000000000001'],
      ['onStatus', 1, 0, 'status NetStream.Seek.Notify'],
      ['onStatus', 1, 0, 'status NetStream.Seek.Notify'],
      ['onStatus', 1, 0, 'status NetStream.Play.Start'],
    ])
    assert.deepEqual(peer.events.slice(-2), [
      ['pause', 1, true],
      ['pause', 1, false],
    ])
  })

  test('hears that the publisher left, came back, and that all is over', () => {
    const peer = ScriptedPeer.withStream()
    peer.callOn(1, 'play', 3, null, 'test')
    peer.sent = []
    peer.session.notifyPublisherAway(1)
    peer.session.notifyPublisherBack(1)
    peer.session.stop(1)
    peer.session.notifyPublisherAway(1)
    assert.deepEqual(peer.sent, [
      [4, '000200000001'],
      [4, '000000000001'],
      ['onStatus', 1, 0, 'status NetStream.Play.PublishNotify'],
      [4, '000100000001'],
      ['onStatus', 1, 0, 'status NetStream.Play.UnpublishNotify'],
      ['onStatus', 1, 0, 'status NetStream.Play.Stop'],
    ])
  })

  test('commands of players on streams that do not play are passed over', () => {
    const peer = ScriptedPeer.withStream()
    for (const name of ['pause', 'seek', 'receiveAudio', 'closeStream']) peer.callOn(1, name, 0, null, true)
    peer.callOn(9, 'closeStream', 0, null)
    peer.call('deleteStream', 0, null, 9)
    assert.deepEqual(peer.sent, [])
  })
})
