import { ProtocolError } from '../../core/errors.ts'
import type { AmfValue } from '../../formats/amf/amf-value.ts'
import { decodeAmf0Values } from '../../formats/amf/decode-amf0.ts'
import { encodeAmf0 } from '../../formats/amf/encode-amf0.ts'
import { type Message, messageType } from './message.ts'

/** A call or an answer, as both sides send them. */
export type Command = {
  readonly name: string
  /** Ties an answer to its call; 0 if no answer is wanted. */
  readonly transactionId: number
  /** What follows: the command object (or null) first, then the arguments. */
  readonly args: readonly AmfValue[]
}

/**
 * Decode the body of a command message.
 *
 * A message of type 17 has one more byte in front and then AMF0 as well, with AMF3 values behind AVM+ markers.
 *
 * @throws {ProtocolError} If the body is no AMF or does not begin with a name.
 * @see RTMP 1.0 §7.1.1 and §7.2
 */
export function decodeCommand(type: number, body: Uint8Array): Command {
  const [name, transactionId, ...args] = decodeAmf0Values(type === messageType.commandAmf3 ? body.subarray(1) : body)
  if (typeof name !== 'string') {
    throw new ProtocolError(
      'rtmp',
      'malformed',
      `Cannot decode RTMP command: its name must be a string, is ${typeof name}`,
    )
  }
  return { name, transactionId: typeof transactionId === 'number' ? transactionId : 0, args }
}

export function commandMessage(streamId: number, command: Command): Message {
  const payload = encodeAmf0(command.name, command.transactionId, ...command.args)
  return { type: messageType.commandAmf0, streamId, timestamp: 0, payload }
}
