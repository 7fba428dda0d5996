import { createHash, randomBytes } from 'node:crypto'
import type { AccessAction, AccessRequest } from '../contracts/access.ts'

/** What came back from a callback. */
export type CallbackAnswer = { readonly status: number; readonly text: string }

/** How one kind of backend is asked, and how it answers. */
export type CallbackForm = {
  /** What is posted as JSON; `undefined` if the form has no words for the action. */
  body(request: AccessRequest): Readonly<Record<string, string>> | undefined
  /** `undefined` if the answer is none of this form. */
  isAllowed(answer: CallbackAnswer): boolean | undefined
}

/** 2xx is yes and 4xx is no; nothing else is an answer to the question. */
function byStatus({ status }: CallbackAnswer): boolean | undefined {
  if (status >= 200 && status < 300) return true
  return status >= 400 && status < 500 ? false : undefined
}

const sluice: CallbackForm = {
  body: ({ action, stream, protocol, connection, address, port, credentials, query, url, userAgent }) => {
    const { token = '', user = '', password = '' } = credentials
    const who = { address, port: String(port), userAgent, token, user, password }
    return { action, stream, protocol, connection, ...who, query, url }
  },
  isAllowed: byStatus,
}

const mediaMtxActions: Readonly<Record<AccessAction, string>> = {
  publish: 'publish',
  play: 'read',
  api: 'api',
  metrics: 'metrics',
}

/** @see MediaMTX 1.15, docs/2-features/06-authentication.md, "External HTTP server" */
const mediamtx: CallbackForm = {
  body: ({ action, stream, protocol, connection, address, credentials, query, userAgent }) => {
    const { token = '', user = '', password = '' } = credentials
    const what = { action: mediaMtxActions[action], path: stream, protocol, id: connection, query, userAgent }
    return { user, password, token, ip: address, ...what }
  },
  isAllowed: byStatus,
}

/** SRS names itself so; its backends tell servers apart by it. */
const serverId = `vid-${randomBytes(4).toString('hex').slice(0, 7)}`

/** @see SRS 6, "HTTP Callback": 200 or 201 and a body of `0` or `{"code":0}` is yes. */
const srs: CallbackForm = {
  body: request => {
    const action = ({ publish: 'on_publish', play: 'on_play' } as const)[request.action as string]
    return action && { server_id: serverId, service_id: serverId, action, ...srsFields(request) }
  },
  isAllowed: ({ status, text }) => {
    if (status !== 200 && status !== 201) return byStatus({ status, text }) === false ? false : undefined
    const code = srsCode(text)
    return code === undefined ? undefined : code === 0
  },
}

function srsFields({ action, stream, connection, address, query, url }: AccessRequest) {
  const slash = stream.lastIndexOf('/')
  const app = slash === -1 ? '__defaultApp__' : stream.slice(0, slash)
  return {
    client_id: connection,
    ip: address,
    vhost: new URLSearchParams(query).get('vhost') ?? '__defaultVhost__',
    app,
    tcUrl: url,
    stream: stream.slice(slash + 1),
    param: query === '' ? '' : `?${query}`,
    stream_url: `/${app}/${stream.slice(slash + 1)}`,
    stream_id: `vid-${createHash('sha256').update(stream).digest('hex').slice(0, 7)}`,
    ...(action === 'play' && { pageUrl: '' }),
  }
}

/** The number that an SRS backend answers with, or `undefined` if the text holds none. */
function srsCode(text: string): number | undefined {
  try {
    const value = JSON.parse(text) as unknown
    const code = typeof value === 'object' && value !== null && 'code' in value ? value.code : value
    return Number.isInteger(code) ? Number(code) : undefined
  } catch {
    return undefined
  }
}

export const callbackForms = { sluice, srs, mediamtx } as const
