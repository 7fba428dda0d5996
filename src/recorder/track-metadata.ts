import { unlessMalformed } from '../core/errors.ts'
import type { Bytes } from '../core/units.ts'
import { type AmfObject, type AmfValue, namedValues } from '../formats/amf/amf-value.ts'
import { decodeAmf0Values } from '../formats/amf/decode-amf0.ts'
import { encodeAmf0 } from '../formats/amf/encode-amf0.ts'
import { soundFormats, videoCodecIds } from '../formats/flv/codec-ids.ts'
import { archiveProfile, type MediaCodec, tagForm } from '../formats/flv/flv-profile.ts'
import { fourCcOf } from '../formats/flv/four-cc.ts'
import type { FileMetadata } from '../formats/flv/metadata.ts'
import type { Codec, Track } from '../media/track.ts'

/** More of the publisher's own values than this are left out. */
const publisherLimit: Bytes = 2048

/** Values that tell of a file as a whole: the publisher's would tell of another file than ours. */
const namesOfFiles = new Set(
  ['duration', 'filesize', 'datasize', 'videosize', 'audiosize', 'hasVideo', 'hasAudio', 'hasCuePoints'].concat(
    ['hasMetadata', 'hasKeyframes', 'keyframes', 'canSeekToEnd'],
    ['lasttimestamp', 'lastkeyframetimestamp', 'lastkeyframelocation'],
  ),
)

const legacyIds: Readonly<Partial<Record<Codec, number>>> = { ...videoCodecIds, ...soundFormats }

/** As the tags say it: a number of FLV 10.1, or a FourCC. Source: Enhanced RTMP v2, "Enhancing onMetaData". */
function codecId(track: Track): number | undefined {
  const { codec } = track
  const isFourCc = tagForm(track, archiveProfile) === 'fourCc'
  return isFourCc ? fourCcOf(codec as MediaCodec) : legacyIds[codec]
}

/** What onMetaData says of `tracks`: the publisher's own values, and over them what the codecs' configurations say. */
export function trackMetadata(tracks: readonly Track[]): FileMetadata {
  const ofKind = (kind: Track['kind']): Track | undefined => tracks.find(track => track.kind === kind)
  return Object.assign(
    { publisherValues: Object.assign({}, ...tracks.map(publisherValues)) },
    videoMetadata(ofKind('video')),
    audioMetadata(ofKind('audio')),
  )
}

function videoMetadata(track: Track | undefined): FileMetadata {
  if (track === undefined) return {}
  const { width, height, frameRate } = track.video ?? {}
  return known({ videoCodecId: codecId(track), width, height, frameRate })
}

function audioMetadata(track: Track | undefined): FileMetadata {
  if (track === undefined) return {}
  const { sampleRate: audioSampleRate, channels: audioChannels } = track.audio ?? {}
  return known({ audioCodecId: codecId(track), audioSampleRate, audioChannels })
}

function known(values: { readonly [Key in keyof FileMetadata]: FileMetadata[Key] | undefined }): FileMetadata {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

function publisherValues({ codec, config }: Track): AmfObject {
  if (codec !== 'amf0' || config === undefined) return {}
  const kept: Record<string, AmfValue> = {}
  let size = 0
  for (const [name, value] of Object.entries(decodeValues(config))) {
    if (namesOfFiles.has(name)) continue
    size += encodeAmf0(name, value).length
    if (size > publisherLimit) break
    kept[name] = value
  }
  return kept
}

/** Metadata that cannot be read are as good as none: the stream plays without them. */
function decodeValues(metadata: Uint8Array): AmfObject {
  const values = unlessMalformed(() => decodeAmf0Values(metadata)) ?? []
  return values.map(namedValues).find(fields => fields !== undefined) ?? {}
}
