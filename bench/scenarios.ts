import type { PlayProtocol } from './playback.ts'
import type { MediaShape } from './synthetic-media.ts'

/** What a scenario does between "the stream is published" and "the report". */
export type Course =
  /** Everyone joins, then the window is measured. */
  | { readonly type: 'steady' }
  /** The window opens first, so that it holds the joins. */
  | { readonly type: 'storm' }
  /** Players come and go for the whole of the window. */
  | { readonly type: 'churn'; readonly joins: number; readonly atOnce: number }

export type Scenario = {
  readonly name: string
  readonly summary: string
  /** How the streams are published. */
  readonly publishing: 'rtmp' | 'srt'
  /** What they are played over if nobody says what. */
  readonly playing: readonly PlayProtocol[]
  readonly shape: MediaShape
  readonly streams: number
  /** All players, the sampled and the slow ones among them. */
  readonly players: number
  readonly sampled: number
  /** Players that read at half of the stream's speed. */
  readonly slow: number
  readonly joinsPerSecond: number
  /** From the last join to the window: long enough for V8 to have compiled what is hot. */
  readonly settleSeconds: number
  readonly course: Course
}

/** What can be changed of every scenario. `undefined` leaves it. */
export type ScenarioChange = {
  readonly players: number | undefined
  readonly streams: number | undefined
  readonly kbps: number | undefined
  readonly sampled: number | undefined
  readonly joins: number | undefined
}

export const PROTOCOLS: readonly PlayProtocol[] = ['rtmp', 'rtmps', 'http-flv', 'srt']

const BASE: Omit<Scenario, 'name' | 'summary'> = {
  publishing: 'rtmp',
  playing: ['rtmp', 'http-flv'],
  shape: { kbps: 1000, audioKbps: 128, fps: 25, gopSeconds: 2 },
  streams: 1,
  players: 200,
  sampled: 8,
  slow: 0,
  joinsPerSecond: 400,
  settleSeconds: 25,
  course: { type: 'steady' },
}

const SRT: Pick<Scenario, 'publishing' | 'playing'> = { publishing: 'srt', playing: ['srt'] }

/** Linux holds up to 4 MB per connection for a slow reader before its server can notice; at 4 Mbit/s that is 8 s. */
export const SLOW_PAUSE_SECONDS = 10

export const SCENARIOS: readonly Scenario[] = [
  ...[50, 200, 1000, 3000].map(fanOut),
  {
    ...BASE,
    name: 'streams-200',
    summary: '200 publishers of 500 kbit/s with one player each, every frame checked',
    shape: { ...BASE.shape, kbps: 500, audioKbps: 64 },
    streams: 200,
    sampled: 200,
  },
  {
    ...BASE,
    name: 'ingest-200',
    summary: '200 publishers of 500 kbit/s, 8 of them watched',
    shape: { ...BASE.shape, kbps: 500, audioKbps: 64 },
    streams: 200,
    players: 8,
  },
  {
    ...BASE,
    name: 'slow-readers',
    summary: '1 x 500 players at 4 Mbit/s, 50 of them read at half speed',
    shape: { ...BASE.shape, kbps: 4000 },
    players: 500,
    slow: 50,
  },
  {
    ...BASE,
    name: 'join-storm',
    summary: '1000 players join within 2 s in a 4 s GOP at 4 Mbit/s',
    shape: { ...BASE.shape, kbps: 4000, gopSeconds: 4 },
    players: 1008,
    joinsPerSecond: 500,
    settleSeconds: 0,
    course: { type: 'storm' },
  },
  {
    ...BASE,
    name: 'churn',
    summary: '10,000 players connect, see one key frame and close: RSS must return',
    players: 8,
    joinsPerSecond: 1000,
    settleSeconds: 2,
    course: { type: 'churn', joins: 10_000, atOnce: 1000 },
  },
  {
    ...BASE,
    ...SRT,
    name: 'srt-ingest-50',
    summary: '50 SRT publishers of 5 Mbit/s',
    shape: { ...BASE.shape, kbps: 5000 },
    streams: 50,
    players: 0,
    sampled: 0,
  },
  {
    ...BASE,
    ...SRT,
    name: 'srt-fanout-100',
    summary: '1 x 100 SRT players at 2 Mbit/s, every frame checked',
    shape: { ...BASE.shape, kbps: 2000 },
    players: 100,
    sampled: 100,
  },
]

function fanOut(players: number): Scenario {
  return { ...BASE, name: `fan-out-${players}`, summary: `1 x ${players} players at 1 Mbit/s`, players }
}

/** Find scenarios by name; the name's first part stands for all that begin with it, `all` for all. */
export function findScenarios(name: string): readonly Scenario[] {
  if (name === 'all') return SCENARIOS
  return SCENARIOS.filter(scenario => scenario.name === name || scenario.name.startsWith(`${name}-`))
}

/** The scenario with the operator's numbers in it; its name says which they are. */
export function changeScenario(scenario: Scenario, change: ScenarioChange): Scenario {
  const players = change.players ?? scenario.players
  return {
    ...scenario,
    name: [scenario.name, ...suffixes(change)].join('-'),
    players,
    streams: change.streams ?? scenario.streams,
    shape: { ...scenario.shape, kbps: change.kbps ?? scenario.shape.kbps },
    sampled: Math.min(players, change.sampled ?? scenario.sampled),
    slow: scenario.slow === 0 ? 0 : Math.round((scenario.slow * players) / scenario.players),
    course: changeCourse(scenario.course, change.joins),
  }
}

function changeCourse(course: Course, joins: number | undefined): Course {
  return course.type === 'churn' && joins !== undefined ? { ...course, joins } : course
}

function suffixes({ players, streams, kbps, sampled, joins }: ScenarioChange): string[] {
  const named = { players, streams, kbps, sampled, joins }
  return Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [`${value}${name}`]))
}
