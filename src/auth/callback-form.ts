import { isIPv6 } from 'node:net'
import type { HttpAnswer } from '../clients/http/post.ts'
import { srsCode, srsHead, srsStream } from '../clients/http/srs-callback.ts'
import type { AccessAction, AccessRequest } from '../contracts/access.ts'

/** How one kind of backend is asked, and how it answers. */
export type CallbackForm = {
  /** What is posted as JSON; `undefined` if the form has no words for the action. */
  body(request: AccessRequest): Readonly<Record<string, string>> | undefined
  /** `undefined` if the answer is none of this form. */
  isAllowed(answer: HttpAnswer): boolean | undefined
}

/** 2xx is yes and 4xx is no; nothing else is an answer to the question. */
function byStatus({ status }: HttpAnswer): boolean | undefined {
  if (status >= 200 && status < 300) return true
  return status >= 400 && status < 500 ? false : undefined
}

const sluice: CallbackForm = {
  body: ({ action, role, stream, protocol, connection, address, port, credentials, query, url, userAgent }) => {
    const { token = '', user = '', password = '' } = credentials
    const who = { address, port: String(port), userAgent, token, user, password }
    return { action, ...(role && { role }), stream, protocol, connection, ...who, query, url }
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

/** @see SRS 6, "HTTP Callback": 200 or 201 and a body of `0` or `{"code":0}` is yes. */
const srs: CallbackForm = {
  body: request => {
    const action = ({ publish: 'on_publish', play: 'on_play' } as const)[request.action as string]
    if (action === undefined) return undefined
    const page = action === 'on_play' ? { pageUrl: '' } : {}
    return { ...srsHead(action, request), ...srsStream(request.stream, request), ...page }
  },
  isAllowed: ({ status, text }) => {
    if (status !== 200 && status !== 201) return byStatus({ status, text }) === false ? false : undefined
    const code = srsCode(text)
    return code === undefined ? undefined : code === 0
  },
}

/** @see go-rtmp v0.4.0, internal/rtmp/server/auth: what it has no words for is not asked. */
const goRtmp: CallbackForm = {
  body: ({ action, stream, address, port, credentials }) => {
    if (action !== 'publish' && action !== 'play') return undefined
    const slash = stream.lastIndexOf('/')
    const [app, name] = [stream.slice(0, Math.max(0, slash)), stream.slice(slash + 1)]
    const remote = isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`
    return { action, app, stream_name: name, stream_key: stream, token: credentials.token ?? '', remote_addr: remote }
  },
  isAllowed: byStatus,
}

export const callbackForms = { sluice, srs, mediamtx, 'go-rtmp': goRtmp } as const
