/** The public API of the server, as far as the console uses it. Times are RFC 3339, rates are bits per second. */

export type StreamState = 'live' | 'waiting' | 'offline'

/** How an SRT connection is, under the names of libsrt; counters are since its start. */
export type SrtReport = {
  readonly msRTT: number
  readonly msRcvBuf: number
  readonly msSndBuf: number
  readonly pktSentUnique: number
  readonly pktSndLoss: number
  readonly pktRetrans: number
  readonly pktSndDrop: number
  readonly pktRecvUnique: number
  readonly pktRcvLoss: number
  readonly pktRcvRetrans: number
  readonly pktRcvDrop: number
}

/** What was not as it should be in the MPEG-TS or Matroska that a publisher sends. */
export type Faults = { readonly continuityErrors: number; readonly damagedUnits: number }

export type Publisher = {
  readonly id: string
  readonly protocol: string
  readonly peer: string
  /** What the encoder calls itself, for example `obs-output module (libobs version 30.1.2)`. */
  readonly encoder: string | null
  readonly srt?: SrtReport
  readonly faults?: Faults
}

export type Track = {
  readonly id: number | string
  readonly kind: 'video' | 'audio' | 'data'
  /** Position among the tracks of its kind. */
  readonly index: number
  readonly codec: string
  /** RFC 6381 codec string, for example `avc1.64001f`. */
  readonly codecString: string | null
  readonly width?: number
  readonly height?: number
  readonly frameRate?: number | null
  readonly sampleRate?: number
  readonly channels?: number
  readonly bitrate: number
}

export type StreamStatus = {
  readonly name: string
  readonly state: StreamState
  readonly startedAt: string | null
  readonly uptimeSeconds: number
  readonly publisher: Publisher | null
  readonly tracks: readonly Track[]
  readonly bitrate: number
  readonly viewerCount: number
  readonly bytesIn: number
  readonly framesIn: number
  readonly recording: boolean
  /** As it was declared. */
  readonly title: string | null
}

export type Subscriber = {
  readonly id: string
  readonly protocol: string
  readonly peer: string
  readonly startedAt: string
  /** False for parts of the server, such as the packager. */
  readonly isViewer: boolean
  readonly bytesSent: number
  readonly framesDropped: number
  readonly lagMs: number
  readonly srt?: SrtReport
}

/** One of the places that a stream comes from. */
export type Input = {
  readonly number: number
  /** Without secrets. */
  readonly url: string
  readonly title: string
  readonly protocol: string
  readonly state: 'off' | 'connecting' | 'receiving' | 'silent' | 'waiting' | 'ended'
  readonly onAir: boolean
  readonly lastError: string | null
  readonly bitrate: number
}

export type Inputs = {
  /** Number of the input that an operator has chosen. */
  readonly pinned: number | null
  readonly items: readonly Input[]
}

/** To another server, or from one. */
export type Relay = {
  readonly direction: 'push' | 'pull'
  /** Without secrets. */
  readonly url: string
  /** Number of the destination in the configuration; `null` for pulls. */
  readonly destination: number | null
  readonly state: 'idle' | 'connecting' | 'sending' | 'receiving' | 'waiting' | 'ended' | 'failed'
  readonly lastError: string | null
  readonly failures: number
  readonly bytes: number
  readonly framesDropped: number
}

export type StreamDetail = StreamStatus & {
  readonly subscribers: readonly Subscriber[]
  readonly relays: readonly Relay[]
  /** Missing where the stream comes from whoever publishes it. */
  readonly inputs?: Inputs
  /** Over which nobody plays it: `hls`, `flv` … */
  readonly outputsOff: readonly string[]
}

export type ServerInfo = {
  readonly name: string
  readonly version: string
  readonly startedAt: string
  /** `null` where the listener is switched off. */
  readonly ports: Readonly<Record<'http' | 'https' | 'rtmp' | 'rtmps' | 'srt', number | null>>
}

/** What is kept of a stream to be rewound; `from` and `to` are null while that is nothing. */
export type DvrStatus = {
  readonly stream: string
  /** True if more is to come. */
  readonly active: boolean
  readonly from: string | null
  readonly to: string | null
  readonly segments: number
  readonly bytes: number
}

type Span = { readonly from: string; readonly to: string }

export type DvrDetail = DvrStatus & {
  readonly ranges: readonly Span[]
  readonly gaps: readonly Span[]
  /** When a publisher came back, or tracks changed. */
  readonly discontinuities: readonly string[]
}

/** How a hook is doing. */
export type HookStatus = {
  readonly name: string
  readonly type: string
  /** Where its events go, without what is secret. */
  readonly target: string
  readonly origin: 'file' | 'api'
  readonly state: 'idle' | 'delivering' | 'failing'
  readonly queued: number
  readonly delivered: number
  readonly failed: number
  readonly dropped: number
  readonly lastError: string | null
  readonly lastDelivery: string | null
}

/** What came of a test; `status` is that of an HTTP answer. */
export type HookTest = {
  readonly delivered: boolean
  readonly error: string | null
  readonly status: number | null
  readonly durationMs: number
}

/** RFC 9457. */
type Problem = { readonly title?: string; readonly detail?: string }

/** The server answered, and its answer is no. A server that does not answer is a `TypeError` of fetch. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }

  /** True if whoever looks at the page may not know. The browser has asked for a user and a password by then. */
  get isDenied(): boolean {
    return this.status === 401 || this.status === 403
  }
}

/** Longer than any healthy answer, shorter than the patience of a person who looks at old numbers. */
const timeoutMs = 5000
/** A disk may take its time to complete a file. */
const actionTimeoutMs = 30_000

export async function listStreams(signal: AbortSignal): Promise<readonly StreamStatus[]> {
  return listAll<StreamStatus>('streams', signal)
}

/** All pages of a list, of which most have one. */
async function listAll<Item>(path: string, signal: AbortSignal): Promise<readonly Item[]> {
  const all: Item[] = []
  let cursor = ''
  for (;;) {
    const page = await get<{ items: readonly Item[]; next: string | null }>(`${path}?limit=1000${cursor}`, signal)
    all.push(...page.items)
    if (page.next === null) return all
    cursor = `&cursor=${page.next}`
  }
}

/** @throws {ApiError} With status 404 if nobody publishes the stream or waits for it. */
export function readStream(name: string, signal: AbortSignal): Promise<StreamDetail> {
  return get<StreamDetail>(`streams/${encodePath(name)}/status`, signal)
}

export function readServer(signal: AbortSignal): Promise<ServerInfo> {
  return get<ServerInfo>('server', signal)
}

export function listDvr(signal: AbortSignal): Promise<readonly DvrStatus[]> {
  return listAll<DvrStatus>('recordings/dvr', signal)
}

/** @throws {ApiError} With status 404 if nothing is kept of the stream. */
export function readDvr(name: string, signal: AbortSignal): Promise<DvrDetail> {
  return get<DvrDetail>(`recordings/dvr/${encodePath(name)}`, signal)
}

/** Removes everything that is kept of a stream. */
export async function removeDvr(name: string): Promise<void> {
  await act('DELETE', `recordings/dvr/${encodePath(name)}`)
}

export async function listHooks(signal: AbortSignal): Promise<readonly HookStatus[]> {
  const { items } = await get<{ items: readonly HookStatus[] }>('hooks', signal)
  return items
}

/** Delivers one event, and tells what came of it. @throws {ApiError} If there is no such hook any more. */
export async function testHook(name: string): Promise<HookTest> {
  return (await (await act('POST', `hooks/${encodeURIComponent(name)}/test`)).json()) as HookTest
}

/** @throws {ApiError} If nobody publishes the stream, or it is recorded already. */
export async function startRecording(name: string): Promise<void> {
  await act('POST', `streams/${encodePath(name)}/recording/start`)
}

/** Disconnects a publisher or a player. @throws {ApiError} With status 404 if it has left, 403 if you may not. */
export async function endSession(id: string): Promise<void> {
  await act('DELETE', `sessions/${encodeURIComponent(id)}`)
}

/** Resolves when the file is complete. @throws {ApiError} If there is no recording, or it could not be completed. */
export async function stopRecording(name: string): Promise<void> {
  await act('POST', `streams/${encodePath(name)}/recording/stop`)
}

/** Prefer one input of a stream to all others, or none any more. */
export async function switchInput(name: string, input: number | null): Promise<void> {
  await act('POST', `streams/${encodePath(name)}/switch`, { input })
}

/** Why the server would not send a file, in its own words; undefined if it would. */
export async function readRefusal(url: string): Promise<string | undefined> {
  const signal = AbortSignal.timeout(actionTimeoutMs)
  const { ok } = await fetch(url, { method: 'HEAD', cache: 'no-store', signal })
  if (ok) return undefined
  // Answers to HEAD have no words.
  const stopping = new AbortController()
  const response = await fetch(url, { cache: 'no-store', signal: AbortSignal.any([signal, stopping.signal]) })
  if (!response.ok) return (await toError(response)).message
  stopping.abort()
  return undefined
}

/** The segments of a stream's name, each safe in a URL; the slashes between them stay. */
export function encodePath(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/')
}

async function get<Body>(path: string, signal: AbortSignal): Promise<Body> {
  const response = await send('GET', path, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]))
  return (await response.json()) as Body
}

function act(method: 'POST' | 'DELETE', path: string, body?: object): Promise<Response> {
  return send(method, path, AbortSignal.timeout(actionTimeoutMs), body)
}

async function send(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  signal: AbortSignal,
  body?: object,
): Promise<Response> {
  const headers = { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) }
  const json = body && { body: JSON.stringify(body) }
  const options: RequestInit = { method, headers, cache: 'no-store', signal, ...json }
  const response = await fetch(`/api/v1/${path}`, options)
  if (!response.ok) throw await toError(response)
  return response
}

async function toError(response: Response): Promise<ApiError> {
  const problem = await readProblem(response)
  const reason = problem.detail ?? problem.title ?? response.statusText
  return new ApiError(response.status, reason === '' ? `The server answered ${response.status}` : reason)
}

/** A proxy in between may answer with a page of its own, so a body that is no JSON is no surprise. */
async function readProblem(response: Response): Promise<Problem> {
  try {
    return (await response.json()) as Problem
  } catch {
    return {}
  }
}
