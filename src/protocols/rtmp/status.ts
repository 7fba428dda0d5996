import type { AmfObject } from '../../formats/amf/amf-value.ts'
import { commandMessage } from './command.ts'
import type { Message } from './message.ts'

/** The status codes that we send and their levels. Source: RTMP 1.0 §7.2.2, Adobe ActionScript 3 NetStatusEvent. */
const statusLevels = {
  'NetConnection.Call.Failed': 'error',
  'NetConnection.Connect.ReconnectRequest': 'status',
  'NetConnection.Connect.Rejected': 'error',
  'NetConnection.Connect.Success': 'status',
  'NetStream.Pause.Notify': 'status',
  'NetStream.Play.Failed': 'error',
  'NetStream.Play.PublishNotify': 'status',
  'NetStream.Play.Reset': 'status',
  'NetStream.Play.Start': 'status',
  'NetStream.Play.Stop': 'status',
  'NetStream.Play.StreamNotFound': 'error',
  'NetStream.Play.UnpublishNotify': 'status',
  'NetStream.Publish.BadName': 'error',
  'NetStream.Publish.Denied': 'error',
  'NetStream.Publish.Start': 'status',
  'NetStream.Seek.Notify': 'status',
  'NetStream.Unpause.Notify': 'status',
  'NetStream.Unpublish.Success': 'status',
} as const

export type StatusCode = keyof typeof statusLevels

/** The information object. FMLE reads its members in this order. */
export function statusInfo(code: StatusCode, description: string): AmfObject {
  return { level: statusLevels[code], code, description }
}

/** `details` is the name that the peer called the stream by, without its query. */
export function onStatus(streamId: number, code: StatusCode, description: string, details: string): Message {
  const info = { ...statusInfo(code, description), details }
  return commandMessage(streamId, { name: 'onStatus', transactionId: 0, args: [null, info] })
}
