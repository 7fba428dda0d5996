import { parseArgs } from 'node:util'
import { type ApiScenario, apiScenarios, findApiScenarios } from './api/api-scenarios.ts'
import type { ApiRuns } from './api/compare-api.ts'
import type { HlsComparison } from './hls/compare-hls.ts'
import { findHlsScenarios, type HlsScenario, hlsScenarios } from './hls/hls-scenarios.ts'
import type { PlayProtocol } from './playback.ts'
import { changeScenario, findScenarios, PROTOCOLS, SCENARIOS, type Scenario } from './scenarios.ts'
import type { ServerKind } from './server.ts'

/** What one call of the bench is to do. */
export type BenchPlan = {
  readonly scenarios: readonly Scenario[]
  readonly isMeasuringMpegts: boolean
  readonly hls: readonly HlsScenario[]
  readonly hlsComparison: HlsComparison
  readonly api: readonly ApiScenario[]
  readonly apiRuns: ApiRuns
  /** `undefined` for those that each scenario is played over. */
  readonly protocols: readonly PlayProtocol[] | undefined
  readonly server: ServerKind
  readonly peer: ServerKind | undefined
  readonly repeat: number
  readonly seconds: number
  /** Keep the results as the baselines to compare with. */
  readonly isSaving: boolean
}

/** The operator's arguments are wrong. */
export class ArgumentError extends Error {
  override get name(): string {
    return 'ArgumentError'
  }
}

export const USAGE = `usage: npm run bench -- SCENARIO... [options]

${[...SCENARIOS, ...hlsScenarios, ...apiScenarios].map(({ name, summary }) => `  ${name.padEnd(14)} ${summary}`).join('\n')}

  mpegts         how many MB/s one core muxes and demuxes

"fan-out" and "streams" stand for all that begin with it, "all" for all.

  --protocol P       rtmp, rtmps, http-flv, srt or several with commas between (rtmp,http-flv; rtmp alone beside nginx)
  --server S         sluice, nginx, srt-live-transmit (srt-… only), or a command line;
                     {rtmp}, {http} and {srt} in it stand for its ports (sluice)
  --flags="F..."     more flags for Sluice, such as a merge window
  --peer S           run this server too, in turns, and print the ratios
  --repeat N         turns (1)
  --secs N           length of the measured window (10; hls-2000 and ll-hls-1000: 20, hls-dvr-50: 1800, hls-latency: 300, api-reads: 30)
  --settle N         seconds before it (hls-…, api-… and inputs-… only)
  --sendfile off     of nginx beside hls-2000 (on)
  --players N  --streams N  --kbps N  --sampled N  --joins N    change the scenario
  --save             keep the results as baselines
`

const usualSeconds = 10

/** Stands among the scenarios, but is none: nothing is published or played. */
const MPEGTS = 'mpegts'

const OPTIONS = {
  protocol: { type: 'string' },
  server: { type: 'string', default: 'sluice' },
  flags: { type: 'string', default: '' },
  peer: { type: 'string' },
  repeat: { type: 'string', default: '1' },
  secs: { type: 'string' },
  settle: { type: 'string' },
  sendfile: { type: 'string', default: 'on' },
  players: { type: 'string' },
  streams: { type: 'string' },
  kbps: { type: 'string' },
  sampled: { type: 'string' },
  joins: { type: 'string' },
  save: { type: 'boolean', default: false },
} as const

/**
 * Read the command line.
 *
 * @throws {ArgumentError} If there is an unknown option or scenario, or a number out of range.
 */
export function parseBenchArguments(words: readonly string[]): BenchPlan {
  const { values, positionals } = readWords(words)
  const change = {
    players: optionalCount('players', values.players),
    streams: optionalCount('streams', values.streams),
    kbps: optionalCount('kbps', values.kbps),
    sampled: optionalCount('sampled', values.sampled),
    joins: optionalCount('joins', values.joins),
  }
  const server = parseServer(values.server, values.flags)
  const peer = values.peer === undefined ? undefined : parseServer(values.peer, '')
  const seconds = optionalCount('secs', values.secs)
  const standsApart = (name: string): boolean => findHlsScenarios(name).length + findApiScenarios(name).length > 0
  const settleSeconds = optionalCount('settle', values.settle)
  const { players, streams, kbps } = change
  const times = { seconds, settleSeconds }
  const runs = { repeat: parseCount('repeat', values.repeat), flags: split(values.flags), isSaving: values.save }
  const scenarios = positionals
    .filter(name => name !== MPEGTS && !standsApart(name))
    .flatMap(scenariosNamed)
    .map(scenario => changeScenario(scenario, change))
  const protocols = parseProtocols(values.protocol, [server, peer])
  for (const scenario of scenarios) checkScenario(scenario, protocols ?? scenario.playing, [server, peer])
  return {
    isMeasuringMpegts: positionals.includes(MPEGTS),
    scenarios,
    protocols,
    server,
    peer,
    repeat: runs.repeat,
    seconds: seconds ?? usualSeconds,
    isSaving: values.save,
    hls: positionals
      .flatMap(findHlsScenarios)
      .map(scenario => changed(scenario, { viewers: players, streams, kbps, ...times })),
    hlsComparison: { isBesideNginx: peer?.kind === 'nginx', sendfile: values.sendfile, ...runs },
    api: positionals.flatMap(findApiScenarios).map(scenario => changed(scenario, { players, streams, kbps, ...times })),
    apiRuns: runs,
  }
}

type Change<Original> = { readonly [Key in keyof Original]?: Original[Key] | undefined }

/** A scenario with what a call of the bench says of it. */
function changed<Original extends object>(scenario: Original, change: Change<Original>): Original {
  const told = Object.entries(change).filter(([, value]) => value !== undefined)
  return { ...scenario, ...Object.fromEntries(told) }
}

/** Not every server can do everything, and not every player. */
function checkScenario(
  { name, publishing, course, slow }: Scenario,
  protocols: readonly PlayProtocol[],
  servers: readonly (ServerKind | undefined)[],
): void {
  const isAllSrt = publishing === 'srt' && protocols.every(protocol => protocol === 'srt')
  for (const server of servers) {
    if (server?.kind === 'srt-live-transmit' && !isAllSrt) {
      throw new ArgumentError(`Cannot run ${name} with srt-live-transmit: it has SRT alone`)
    }
    if (server?.kind === 'nginx' && publishing === 'srt') throw new ArgumentError(`Cannot run ${name} with nginx`)
  }
  if (protocols.includes('srt') && (course.type === 'churn' || slow > 0)) {
    throw new ArgumentError(`Cannot run ${name} over srt: its players neither leave nor read slowly`)
  }
}

function readWords(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new ArgumentError(error instanceof Error ? error.message : String(error))
  }
}

function scenariosNamed(name: string): readonly Scenario[] {
  const found = findScenarios(name)
  if (found.length === 0) throw new ArgumentError(`Cannot run scenario "${name}": there is none of that name`)
  return found
}

function parseServer(text: string, flags: string): ServerKind {
  if (text === 'sluice') return { kind: 'sluice', flags: split(flags) }
  if (text === 'nginx' || text === 'srt-live-transmit') return { kind: text }
  const words = split(text)
  if (!text.includes('{rtmp}')) {
    throw new ArgumentError(`Cannot use server "${text}": a command must say {rtmp} where its port goes`)
  }
  return { kind: 'command', words }
}

function parseProtocols(
  text: string | undefined,
  servers: readonly (ServerKind | undefined)[],
): readonly PlayProtocol[] | undefined {
  const isWithoutFlv = servers.some(server => server?.kind === 'nginx')
  const isWithoutTls = servers.some(server => server !== undefined && server.kind !== 'sluice')
  const names = text?.split(',') ?? (isWithoutFlv ? ['rtmp'] : undefined)
  return names?.map(name => {
    const protocol = PROTOCOLS.find(known => known === name)
    if (protocol === undefined)
      throw new ArgumentError(`Cannot play "${name}": protocol must be rtmp, rtmps, http-flv or srt`)
    if (protocol === 'http-flv' && isWithoutFlv) throw new ArgumentError('Cannot play http-flv: nginx-rtmp has none')
    if (protocol === 'rtmps' && isWithoutTls)
      throw new ArgumentError('Cannot play rtmps: only Sluice gets a certificate')
    return protocol
  })
}

function optionalCount(name: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseCount(name, text)
}

function parseCount(name: string, text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new ArgumentError(`Cannot use --${name}: it must be a whole number above 0, is "${text}"`)
}

function split(text: string): string[] {
  return text.split(/\s+/).filter(word => word !== '')
}
