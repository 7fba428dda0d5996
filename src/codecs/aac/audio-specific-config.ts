import { BitReader } from '../../core/bit-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import { audioObjectType, generalAudioTypes, resilientTypes } from './audio-object-type.ts'
import { decodeProgramConfigChannels } from './program-config-element.ts'
import { samplingFrequencies } from './sampling-frequencies.ts'

/** The facts of an AudioSpecificConfig. */
export type AudioSpecificConfig = {
  /** Of the core coder: 2 for all that is built on AAC-LC. */
  readonly audioObjectType: number
  /** Of the core coder, in Hz. */
  readonly samplingFrequency: number
  /** How the channels are told: index of a table, or 0 for a program config element. */
  readonly channelConfiguration: number
  /** Of the core coder. 0 if neither the table nor a program config element says it. */
  readonly channels: number
  /** Samples of a frame of the core coder; `undefined` for a type that is no general audio. */
  readonly frameLength: number | undefined
  /** Spectral band replication as signalled; a decoder finds it in the frames, too, when this says nothing. */
  readonly hasSbr: boolean
  /** Parametric stereo as signalled: one coded channel becomes two. */
  readonly hasPs: boolean
  /** With SBR: the output sampling frequency, in Hz. */
  readonly extensionSamplingFrequency: number | undefined
}

const explicitFrequency = 0xf
/** ISO/IEC 14496-3 table 1.19; 0 is told by a program config element, or reserved. */
const channelsOf = [0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8, 0]
const syncExtensionSbr = 0x2b7
const syncExtensionPs = 0x548

/** By frameLengthFlag. ISO/IEC 14496-3 §4.5.1.1. */
const frameLengths = [1024, 960] as const
const lowDelayFrameLengths = [512, 480] as const

type Core = Omit<AudioSpecificConfig, keyof Extension>
type Specific = Pick<AudioSpecificConfig, 'frameLength' | 'channels'>
type Extension = Pick<AudioSpecificConfig, 'hasSbr' | 'hasPs' | 'extensionSamplingFrequency'>

const noExtension: Extension = { hasSbr: false, hasPs: false, extensionSamplingFrequency: undefined }

/**
 * Decode an AudioSpecificConfig. SBR and PS may stand in front of the core coder's type (hierarchical signalling) or
 * behind its configuration, where older decoders do not look (backward compatible signalling).
 *
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-3 §1.6.2.1 and §1.6.5
 */
export function decodeAudioSpecificConfig(bytes: Uint8Array): AudioSpecificConfig {
  const reader = new BitReader(bytes, 'aac')
  const config = readAudioSpecificConfig(reader)
  return config.hasSbr ? config : { ...config, ...decodeBackwardExtension(reader) }
}

/**
 * Read an AudioSpecificConfig that stands among other fields. Backward compatible signalling, which is told by what is
 * left of the bits, is not looked for.
 *
 * @throws {ProtocolError}
 */
export function readAudioSpecificConfig(reader: BitReader): AudioSpecificConfig {
  const firstType = decodeAudioObjectType(reader)
  const samplingFrequency = decodeSamplingFrequency(reader)
  const channelConfiguration = reader.bits(4)
  const isHierarchical = firstType === audioObjectType.sbr || firstType === audioObjectType.ps
  const extensionSamplingFrequency = isHierarchical ? decodeSamplingFrequency(reader) : undefined
  const type = isHierarchical ? decodeAudioObjectType(reader) : firstType
  if (isHierarchical && type === audioObjectType.erBsac) reader.skip(4) // extensionChannelConfiguration

  const specific = decodeSpecificConfig(reader, type, channelConfiguration)
  const core: Core = { audioObjectType: type, samplingFrequency, channelConfiguration, ...specific }
  if (!isHierarchical) return { ...core, ...noExtension }
  return { ...core, hasSbr: true, hasPs: firstType === audioObjectType.ps, extensionSamplingFrequency }
}

function decodeAudioObjectType(reader: BitReader): number {
  const type = reader.bits(5)
  return type === audioObjectType.escape ? 32 + reader.bits(6) : type
}

function decodeSamplingFrequency(reader: BitReader): number {
  const index = reader.bits(4)
  const frequency = index === explicitFrequency ? reader.bits(24) : samplingFrequencies[index]
  if (frequency === undefined || frequency === 0) {
    throw new ProtocolError('aac', 'malformed', `Cannot decode AAC sampling frequency: index ${index} is reserved or 0`)
  }
  return frequency
}

/**
 * Read the core coder's own configuration. That of a type that is no general audio is not read, so an extension behind
 * it is not found.
 */
function decodeSpecificConfig(reader: BitReader, type: number, channelConfiguration: number): Specific {
  const channels = channelsOf[channelConfiguration] as number
  if (generalAudioTypes.has(type)) return decodeGaSpecificConfig(reader, type, channelConfiguration, channels)
  reader.skip(reader.bitsLeft)
  return { frameLength: undefined, channels }
}

/**
 * ISO/IEC 14496-3 §4.4.1. Encoders exist that leave it out or cut it short, so its end is not an error.
 *
 * @param channels What the table says; a program config element knows better.
 */
function decodeGaSpecificConfig(
  reader: BitReader,
  type: number,
  channelConfiguration: number,
  channels: number,
): Specific {
  const lengths = type === audioObjectType.erAacLd ? lowDelayFrameLengths : frameLengths
  if (reader.bitsLeft < 3) return { frameLength: lengths[0], channels }
  const frameLength = lengths[reader.flag() ? 1 : 0]
  if (reader.flag()) reader.skip(14) // coreCoderDelay
  const extensionFlag = reader.flag()
  const programChannels = channelConfiguration === 0 ? decodeOptionalProgramConfig(reader) : undefined
  if (type === audioObjectType.aacScalable || type === audioObjectType.erAacScalable) reader.skip(3) // layerNr
  if (extensionFlag) {
    if (type === audioObjectType.erBsac) reader.skip(16) // numOfSubFrame, layer_length
    if (resilientTypes.has(type)) reader.skip(3)
    reader.skip(1) // extensionFlag3
  }
  if (type >= 17) reader.skip(2) // epConfig
  return { frameLength, channels: programChannels ?? channels }
}

/** The first field of a program config element ends at bit 34: with less, the channels are not told. */
function decodeOptionalProgramConfig(reader: BitReader): number | undefined {
  return reader.bitsLeft < 34 ? undefined : decodeProgramConfigChannels(reader)
}

function decodeBackwardExtension(reader: BitReader): Extension {
  if (reader.bitsLeft < 16 || reader.bits(11) !== syncExtensionSbr) return noExtension
  if (decodeAudioObjectType(reader) !== audioObjectType.sbr || !reader.flag()) return noExtension
  const extensionSamplingFrequency = decodeSamplingFrequency(reader)
  const hasPs = reader.bitsLeft >= 12 && reader.bits(11) === syncExtensionPs && reader.flag()
  return { hasSbr: true, hasPs, extensionSamplingFrequency }
}
