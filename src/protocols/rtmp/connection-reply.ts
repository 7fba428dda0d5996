import { type AmfValue, EcmaArray } from '../../formats/amf/amf-value.ts'
import { commandMessage } from './command.ts'
import { ownCapabilities } from './enhanced-capabilities.ts'
import type { Message } from './message.ts'
import { statusInfo } from './status.ts'

/** Flash Player and FMLE enable features by this; the numbers are those of Flash Media Server 3.5, which SRS says too. */
const serverFacts = { fmsVer: 'FMS/3,5,3,888', capabilities: 127, mode: 1 } as const

/** Answers to the connection, not to one of its streams, go over message stream 0. */
export function result(transactionId: number, ...args: readonly AmfValue[]): Message {
  return commandMessage(0, { name: '_result', transactionId, args })
}

export function callFailed(transactionId: number, description: string): Message {
  const info = statusInfo('NetConnection.Call.Failed', description)
  return commandMessage(0, { name: '_error', transactionId, args: [null, info] })
}

/** @see RTMP 1.0 §7.2.1.1, Enhanced RTMP v2, Enhancing NetConnection connect Command (what we support) */
export function connectSucceeded(transactionId: number, objectEncoding: 0 | 3): Message {
  const info = {
    ...statusInfo('NetConnection.Connect.Success', 'Connection succeeded'),
    objectEncoding,
    data: new EcmaArray({ version: '3,5,3,888' }),
  }
  return result(transactionId, { ...serverFacts, ...ownCapabilities() }, info)
}

export function connectRejected(transactionId: number, description: string): Message {
  const info = statusInfo('NetConnection.Connect.Rejected', description)
  return commandMessage(0, { name: '_error', transactionId, args: [null, info] })
}

/** Tells the client that the server does not measure bandwidth; FFmpeg and librtmp then ask for it by _checkbw. */
export function bandwidthCheckDone(): Message {
  return commandMessage(0, { name: 'onBWDone', transactionId: 0, args: [null] })
}

/**
 * Ask the peer to connect anew at its next key frame, and to leave this connection then.
 *
 * @param tcUrl Where to; `undefined` for where it is.
 * @see Enhanced RTMP v2, Reconnect Request
 */
export function reconnectRequest(tcUrl: string | undefined, description: string): Message {
  const info = { ...statusInfo('NetConnection.Connect.ReconnectRequest', description), ...(tcUrl && { tcUrl }) }
  return commandMessage(0, { name: 'onStatus', transactionId: 0, args: [null, info] })
}
