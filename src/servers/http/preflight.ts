import type { IncomingHttpHeaders } from 'node:http'

type AskedRequest = { readonly method: string; readonly headers: IncomingHttpHeaders }

/** Of the routes: none takes another. */
const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE'
/** Seconds for which a browser need not ask again. */
const maxAge = '3600'

/**
 * What a browser is told that asks in advance whether a page of another site may send a request; `undefined` where nobody
 * asks that.
 *
 * @see Fetch Standard §3.3.2 (CORS-preflight request), §3.3.3 (what answers it)
 */
export function preflightFields({ method, headers }: AskedRequest): Readonly<Record<string, string>> | undefined {
  const { origin, 'access-control-request-method': wanted, 'access-control-request-headers': fields } = headers
  if (method !== 'OPTIONS' || origin === undefined || wanted === undefined) return undefined
  return {
    'Access-Control-Allow-Methods': methods,
    ...(fields !== undefined && { 'Access-Control-Allow-Headers': fields }),
    'Access-Control-Max-Age': maxAge,
    // Safari waits for a body otherwise.
    'Content-Length': '0',
  }
}
