import type { AmfValue } from '../../formats/amf/amf-value.ts'
import { encodeAmf0 } from '../../formats/amf/encode-amf0.ts'
import { commandMessage } from './command.ts'
import { type Message, messageType } from './message.ts'
import { onStatus } from './status.ts'
import { userControl } from './user-control.ts'

/** The answers that a message stream gives, each as the messages that make it up. Source: RTMP 1.0 §7.2.2. */

export function publishStarted(streamId: number, name: string): Message[] {
  return [
    encoderStatus('onFCPublish', streamId, 'NetStream.Publish.Start'),
    onStatus(streamId, 'NetStream.Publish.Start', 'Publishing', name),
  ]
}

export function publishEnded(streamId: number, name: string): Message[] {
  return [
    encoderStatus('onFCUnpublish', streamId, 'NetStream.Unpublish.Success'),
    onStatus(streamId, 'NetStream.Unpublish.Success', 'Published no more', name),
  ]
}

/** The order is the one that Flash Media Server has and players expect; §7.2.2.1 draws it. */
export function playStarted(streamId: number, name: string, isReset: boolean): Message[] {
  const reset = onStatus(streamId, 'NetStream.Play.Reset', 'Playing and resetting', name)
  return [
    userControl({ type: 'streamBegin', streamId }),
    ...(isReset ? [reset] : []),
    onStatus(streamId, 'NetStream.Play.Start', 'Playing', name),
    sampleAccess(streamId),
  ]
}

export function playEnded(streamId: number, name: string): Message[] {
  return [
    userControl({ type: 'streamEof', streamId }),
    onStatus(streamId, 'NetStream.Play.UnpublishNotify', 'The publisher has left', name),
    onStatus(streamId, 'NetStream.Play.Stop', 'The stream has ended', name),
  ]
}

/** What comes is of no use to this player. */
export function playFailed(streamId: number, description: string, name: string): Message[] {
  return [userControl({ type: 'streamEof', streamId }), onStatus(streamId, 'NetStream.Play.Failed', description, name)]
}

/**
 * The publisher has left and may come back. Only that the stream is dry is told now: FFmpeg and librtmp leave for good
 * when they read UnpublishNotify, so it waits until nobody has come back.
 */
export function publisherAway(streamId: number): Message[] {
  return [userControl({ type: 'streamDry', streamId })]
}

export function publisherReturned(streamId: number, name: string): Message[] {
  return [
    userControl({ type: 'streamBegin', streamId }),
    onStatus(streamId, 'NetStream.Play.PublishNotify', 'The publisher is back', name),
  ]
}

export function paused(streamId: number, name: string): Message[] {
  return [onStatus(streamId, 'NetStream.Pause.Notify', 'Paused', name), userControl({ type: 'streamEof', streamId })]
}

export function unpaused(streamId: number, name: string): Message[] {
  return [
    onStatus(streamId, 'NetStream.Unpause.Notify', 'Playing again', name),
    userControl({ type: 'streamBegin', streamId }),
  ]
}

/** A live stream goes on where it is, but FFmpeg waits for the answer. */
export function sought(streamId: number, name: string): Message[] {
  return [onStatus(streamId, 'NetStream.Seek.Notify', 'The stream is live', name)]
}

/** The answer to "on" of receiveAudio and receiveVideo; there is none to "off". See §7.2.2.4 and §7.2.2.5. */
export function receiving(streamId: number, name: string): Message[] {
  return [...sought(streamId, name), onStatus(streamId, 'NetStream.Play.Start', 'Playing', name)]
}

/** What Flash Media Live Encoder waits for beside onStatus. */
function encoderStatus(name: 'onFCPublish' | 'onFCUnpublish', streamId: number, code: string): Message {
  const args: readonly AmfValue[] = [null, { code, description: '' }]
  return commandMessage(streamId, { name, transactionId: 0, args })
}

/** Allows a Flash player to read the samples it plays. */
function sampleAccess(streamId: number): Message {
  const payload = encodeAmf0('|RtmpSampleAccess', true, true)
  return { type: messageType.dataAmf0, streamId, timestamp: 0, payload }
}
