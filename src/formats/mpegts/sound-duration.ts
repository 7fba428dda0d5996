import type { AudioSpecificConfig } from '../../codecs/aac/audio-specific-config.ts'
import { ac3PayloadSamples } from '../../codecs/ac3/payload-samples.ts'
import { decodeAc3SyncFrame } from '../../codecs/ac3/sync-frame.ts'
import { decodeEac3Programs, eac3PayloadSamples } from '../../codecs/eac3/access-unit.ts'
import { decodeMp3FrameHeader } from '../../codecs/mp3/frame-header.ts'
import { mp3PayloadSamples } from '../../codecs/mp3/payload-samples.ts'
import { opusPacketSamples } from '../../codecs/opus/packet-samples.ts'
import type { Ticks } from '../../core/units.ts'
import { systemClock } from './clock.ts'

const opusSampleRate = 48_000
const usualAacFrame = 1024

/** Of all frames of a track, at the rate of the core coder: SBR changes samples and rate alike. */
export function aacDuration({ frameLength, samplingFrequency }: AudioSpecificConfig): Ticks {
  return ticks(frameLength ?? usualAacFrame, samplingFrequency)
}

/**
 * How long a decoder plays a frame, in ticks of 90 kHz and parts of them: what it adds to get from the PTS of a PES packet
 * to the times of the second and further frames in it.
 *
 * @throws {ProtocolError} If the payload is malformed.
 */
export const soundDurations = {
  mp3: (payload: Uint8Array): Ticks =>
    ticks(mp3PayloadSamples(payload), decodeMp3FrameHeader(payload).samplingFrequency),
  opus: (payload: Uint8Array): Ticks => ticks(opusPacketSamples(payload), opusSampleRate),
  ac3: (payload: Uint8Array): Ticks => ticks(ac3PayloadSamples(payload), decodeAc3SyncFrame(payload).samplingRate),
  eac3: (payload: Uint8Array): Ticks => {
    const [{ independent }] = decodeEac3Programs(payload)
    return ticks(eac3PayloadSamples(payload), independent.samplingRate)
  },
} as const

function ticks(samples: number, sampleRate: number): Ticks {
  return (samples * systemClock) / sampleRate
}
