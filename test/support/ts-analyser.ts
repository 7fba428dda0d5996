import { startPeer } from '../peers/peers.ts'

/** Ticks of 90 kHz. */
export type TickRange = { readonly shortest: number; readonly longest: number }

export type AnalysedStream = {
  readonly pid: number
  /** From the PCR at which a PES packet comes to its decode time, for all packets of the stream. */
  readonly decodeLead: TickRange
}

export type TsAnalysis = {
  /** What is wrong with counters and clock, in the words of the analyser. */
  readonly complaints: readonly string[]
  readonly longestPcrGap: number
  readonly streams: readonly AnalysedStream[]
}

/**
 * What tsreport says about a transport stream: continuity counters, PCRs that go back or are more than 0.1 s apart, and how
 * PTS and DTS stand to the PCR.
 *
 * @see tstools, tsreport.c
 */
export async function analyseTs(bytes: Uint8Array): Promise<TsAnalysis> {
  await using tsreport = startPeer('tsreport', ['-buffering', '-stdin'])
  tsreport.stdin.end(bytes)
  const report = (await tsreport.untilDone()).stdout.toString()
  const longestPcrGap = Number(/^PCRs found: .* Max gap: (\d+)t$/m.exec(report)?.[1] ?? Number.NaN)
  const complaints = [...report.matchAll(/^ *(?:###|!!!) .*$/gm)].map(([line]) => line.trim())
  return {
    complaints,
    longestPcrGap,
    streams: report
      .split(/^Stream \d+: /m)
      .slice(1)
      .map(readStream),
  }
}

function readStream(text: string): AnalysedStream {
  const times = text.split(/PCR\/(?:PTS,)?DTS:/)[1] ?? ''
  return {
    pid: Number(/^PID \w+ \((\d+)\)/.exec(text)?.[1]),
    decodeLead: {
      shortest: Number(/Minimum difference was (-?\d+)t/.exec(times)?.[1]),
      longest: Number(/Maximum difference was (-?\d+)t/.exec(times)?.[1]),
    },
  }
}
