import { type AmfObject, type AmfValue, namedValues } from '../../formats/amf/amf-value.ts'
import { fourCcCodecs, type MediaCodec } from '../../formats/flv/flv-profile.ts'
import { fourCcLabel, fourCcOf } from '../../formats/flv/four-cc.ts'

/** FourCcInfoMask: what a peer can do with a codec. */
const fourCcInfoMask = { canDecode: 0x01, canEncode: 0x02, canForward: 0x04 } as const

/** CapsExMask. */
const capsExMask = { reconnect: 0x01, multitrack: 0x02, modEx: 0x04, timestampNanoOffset: 0x08 } as const

/** Flags of videoFunction that say that VideoPacketType.Metadata is understood. */
const metadataFunctions = 0x02 | 0x04
const anyCodec = '*'

/** What a peer says in `connect` about Enhanced RTMP. */
export type EnhancedCapabilities = {
  /** The codecs that it can receive by FourCC; `undefined` if it does not say. */
  readonly codecs: ReadonlySet<MediaCodec> | undefined
  /** It takes whatever codec there is, also those that we do not know. */
  readonly takesAnyCodec: boolean
  readonly canReconnect: boolean
  readonly isMultitrack: boolean
  readonly hasNanoOffset: boolean
  readonly hasColorInfo: boolean
}

/**
 * Read the capabilities out of the command object of `connect`. What is not as it should be counts as not said.
 *
 * Both ways to name codecs are read. A codec that the peer can only encode says nothing about what it can receive.
 *
 * @see Enhanced RTMP v2, Enhancing NetConnection connect Command
 */
export function enhancedCapabilities(fields: AmfObject): EnhancedCapabilities {
  const names = receivedFourCcs(fields)
  const caps = flags(fields['capsEx'])
  return {
    codecs: names && codecsOf(names),
    takesAnyCodec: names?.has(anyCodec) === true,
    canReconnect: (caps & capsExMask.reconnect) !== 0,
    isMultitrack: (caps & capsExMask.multitrack) !== 0,
    hasNanoOffset: (caps & capsExMask.modEx) !== 0 && (caps & capsExMask.timestampNanoOffset) !== 0,
    hasColorInfo: (flags(fields['videoFunction']) & metadataFunctions) !== 0,
  }
}

/** What we say of ourselves, as server and as client: whatever codec there is is passed on. */
export function ownCapabilities(): AmfObject {
  const forwarded = { [anyCodec]: fourCcInfoMask.canForward }
  return {
    fourCcList: [anyCodec],
    videoFourCcInfoMap: forwarded,
    audioFourCcInfoMap: forwarded,
    capsEx: capsExMask.reconnect | capsExMask.multitrack | capsExMask.modEx | capsExMask.timestampNanoOffset,
  }
}

/** FourCCs, and `*`, that the peer can receive; `undefined` if none of the fields is there. */
function receivedFourCcs(fields: AmfObject): ReadonlySet<string> | undefined {
  const list = fields['fourCcList']
  const maps = [namedValues(fields['videoFourCcInfoMap']), namedValues(fields['audioFourCcInfoMap'])]
  const present = maps.filter(map => map !== undefined)
  if (!Array.isArray(list) && present.length === 0) return undefined
  const listed = Array.isArray(list) ? list.filter(name => typeof name === 'string') : []
  return new Set([...listed, ...present.flatMap(receivedOf)])
}

function receivedOf(map: AmfObject): readonly string[] {
  const canReceive = fourCcInfoMask.canDecode | fourCcInfoMask.canForward
  return Object.entries(map).flatMap(([name, mask]) => ((flags(mask) & canReceive) === 0 ? [] : [name]))
}

function codecsOf(names: ReadonlySet<string>): ReadonlySet<MediaCodec> {
  const isNamed = (codec: MediaCodec): boolean => names.has(anyCodec) || names.has(fourCcLabel(fourCcOf(codec)))
  return new Set(fourCcCodecs.filter(isNamed))
}

function flags(value: AmfValue): number {
  return typeof value === 'number' ? value : 0
}
