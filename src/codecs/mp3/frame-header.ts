import { ProtocolError } from '../../core/errors.ts'

/** The head of an MPEG audio frame. */
export type Mp3FrameHeader = {
  readonly version: '1' | '2' | '2.5'
  readonly layer: 1 | 2 | 3
  /** In bit/s; 0 is the free format. */
  readonly bitRate: number
  readonly samplingFrequency: number
  readonly channels: 1 | 2
  readonly samplesPerFrame: number
  /** Bytes of the frame, header included; `undefined` in the free format. */
  readonly frameSize: number | undefined
}

export const mp3FrameHeaderSize = 4

/** kbit/s by index. ISO/IEC 11172-3 §2.4.2.3 and ISO/IEC 13818-3 §2.4.2.3. */
const bitRates = {
  '1': {
    1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  },
  '2': {
    1: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    3: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  },
} as const

/** By version and index. 2.5 is a common extension of layer III to low rates, in no standard. */
const samplingFrequencies = {
  '1': [44100, 48000, 32000],
  '2': [22050, 24000, 16000],
  '2.5': [11025, 12000, 8000],
} as const

const versions = ['2.5', undefined, '2', '1'] as const
const layers = [undefined, 3, 2, 1] as const
const modeMono = 3

/**
 * Decode the head of the MPEG audio frame at the beginning of `bytes`.
 *
 *     | syncword (11) | ID (2) | layer (2) | protection (1) | bitrate_index (4) | sampling_frequency (2) |
 *     | padding (1) | private (1) | mode (2) | mode_extension (2) | copyright, original (2) | emphasis (2) |
 *
 * @throws {ProtocolError} Also if the header is not complete: a frame's payload holds it all.
 * @see ISO/IEC 11172-3 §2.4.1.3
 */
export function decodeMp3FrameHeader(bytes: Uint8Array): Mp3FrameHeader {
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes
  if (bytes.length < mp3FrameHeaderSize) throw malformed(`it has ${mp3FrameHeaderSize} bytes, is ${bytes.length}`)
  if (first !== 0xff || second < 0xe0) throw malformed('it begins with the syncword')
  const version = versions[(second >> 3) & 3]
  const layer = layers[(second >> 1) & 3]
  if (version === undefined || layer === undefined) throw malformed('version and layer are not reserved values')

  const samplingFrequency = samplingFrequencies[version][(third >> 2) & 3]
  const kilobits = bitRates[version === '1' ? '1' : '2'][layer][third >> 4]
  if (samplingFrequency === undefined || kilobits === undefined) throw malformed('rates are not reserved values')
  const bitRate = kilobits * 1000
  const samplesPerFrame = samplesOf(version, layer)
  const isPadded = (third & 2) !== 0
  return {
    version,
    layer,
    bitRate,
    samplingFrequency,
    channels: fourth >> 6 === modeMono ? 1 : 2,
    samplesPerFrame,
    frameSize: frameSize(layer, samplesPerFrame, bitRate, samplingFrequency, isPadded),
  }
}

function samplesOf(version: Mp3FrameHeader['version'], layer: Mp3FrameHeader['layer']): number {
  if (layer === 1) return 384
  return layer === 3 && version !== '1' ? 576 : 1152
}

/** A slot is four bytes in layer I and one in the others; padding adds one. ISO/IEC 11172-3 §2.4.3.1. */
function frameSize(
  layer: Mp3FrameHeader['layer'],
  samples: number,
  bitRate: number,
  samplingFrequency: number,
  isPadded: boolean,
): number | undefined {
  if (bitRate === 0) return undefined
  const slot = layer === 1 ? 4 : 1
  const slots = Math.floor(((samples / 8 / slot) * bitRate) / samplingFrequency)
  return (slots + (isPadded ? 1 : 0)) * slot
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('mp3', 'malformed', `Cannot decode MPEG audio header: ${rule}`)
}
