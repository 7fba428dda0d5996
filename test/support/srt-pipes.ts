import { startPeer } from '../peers/peers.ts'
import type { Program, ProgramResult } from '../peers/program.ts'

/** A program of others that carries bytes, whatever they are, between a pipe and an SRT connection. */
export type SrtPipe = {
  readonly name: string
  /** Send what comes to the input, in payloads of so many bytes. */
  readonly to: (url: string, payloadSize?: number) => Program
  /** Print what comes, until the connection ends. */
  readonly from: (url: string) => Program
  /** The input has ended: let the program end, too. */
  readonly finish: (sender: Program) => Promise<ProgramResult>
}

/** It says when a connection is there, and does not try again when it has gone. */
const talkative = ['-loglevel', 'note', '-autoreconnect', 'no']

/** libsrt's own program. When its input has ended it waits to be closed. */
export const srtLiveTransmit: SrtPipe = {
  name: 'srt-live-transmit',
  to: (url, payloadSize = 1316) =>
    startPeer('srt-live-transmit', [...talkative, '-chunk', `${payloadSize}`, 'file://con', url]),
  from: url => startPeer('srt-live-transmit', [...talkative, url, 'file://con']),
  finish: sender => sender.close(),
}

/** The elements of GStreamer, which call the end of a connection an error. */
export const gstreamer: SrtPipe = {
  name: 'GStreamer',
  to: (url, payloadSize = 1316) =>
    launch('fdsrc', `blocksize=${payloadSize}`, '!', 'srtsink', 'sync=false', 'auto-reconnect=false', `uri=${url}`),
  from: url => launch('srtsrc', 'auto-reconnect=false', `uri=${url}`, '!', 'fdsink', 'sync=false'),
  finish: sender => sender.untilDone(),
}

function launch(...pipeline: readonly string[]): Program {
  return startPeer('gst-launch-1.0', ['-q', ...pipeline])
}
