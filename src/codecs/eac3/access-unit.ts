import { ProtocolError } from '../../core/errors.ts'
import { decodeEac3SyncFrame, type Eac3SyncFrame } from './sync-frame.ts'

const dependent = 1
/** substreamid has three bits. */
const mostSubstreams = 8

/** A program of an Enhanced AC-3 stream: an independent substream, and those that add channels to it. */
export type Eac3Program = {
  readonly independent: Eac3SyncFrame
  readonly dependents: readonly Eac3SyncFrame[]
}

/**
 * Take the payload of a frame apart into its programs. A payload that holds a substream several times, as a file does
 * where frames have fewer than six blocks, tells each of them once: the first speaks for the others.
 *
 * @throws {ProtocolError}
 * @see ETSI TS 102 366 §E.1.3.1.1, §E.1.3.1.2
 */
export function decodeEac3Programs(payload: Uint8Array): readonly [Eac3Program, ...Eac3Program[]] {
  const programs: { independent: Eac3SyncFrame; dependents: Eac3SyncFrame[] }[] = []
  for (const frame of decodeFrames(payload)) {
    const last = programs.at(-1)
    if (frame.strmtyp === dependent) {
      if (last === undefined) throw malformed('it begins with an independent substream')
      if (last.dependents.length === mostSubstreams) throw tooMany('dependent')
      last.dependents.push(frame)
    } else if (programs[0]?.independent.substreamid === frame.substreamid) {
      break
    } else {
      if (programs.length === mostSubstreams) throw tooMany('independent')
      programs.push({ independent: frame, dependents: [] })
    }
  }
  const [first, ...others] = programs
  if (first === undefined) throw malformed('it has at least one frame')
  return [first, ...others]
}

/** Samples that the payload of a frame decodes to. @throws {ProtocolError} */
export function eac3PayloadSamples(payload: Uint8Array): number {
  const frames = decodeFrames(payload)
  const first = frames.find(frame => frame.strmtyp !== dependent)
  const same = frames.filter(frame => frame.strmtyp !== dependent && frame.substreamid === first?.substreamid)
  return same.reduce((samples, frame) => samples + frame.samplesPerFrame, 0)
}

function decodeFrames(payload: Uint8Array): Eac3SyncFrame[] {
  const frames: Eac3SyncFrame[] = []
  for (let at = 0; at < payload.length; ) {
    const frame = decodeEac3SyncFrame(payload.subarray(at))
    at += frame.frameSize
    if (at > payload.length) throw malformed(`its frames are whole, ${at - payload.length} bytes are missing`)
    frames.push(frame)
  }
  return frames
}

function tooMany(kind: 'independent' | 'dependent'): ProtocolError {
  return malformed(`it has at most ${mostSubstreams} ${kind} substreams, is more`)
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('eac3', 'malformed', `Cannot decode Enhanced AC-3 payload: ${rule}`)
}
