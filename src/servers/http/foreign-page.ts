import type { IncomingHttpHeaders } from 'node:http'

/** Methods that change nothing, so that any page may make a browser send them. RFC 9110 §9.2.1. */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** What is looked at of a request. */
type JudgedRequest = { readonly method: string; readonly headers: IncomingHttpHeaders }

/**
 * True if a page of another site makes its visitor's browser change something here: no preflight hinders that, and the
 * browser may add the visitor's credentials. Programs say nothing of this and are let through.
 *
 * @param allowedOrigins Pages that may; `*` is not enough, as it allows to look only.
 * @see Fetch Metadata §2.3 (Sec-Fetch-Site, sent to trustworthy addresses alone), RFC 6454 §7 (Origin, sent to all)
 */
export function isForeignChange({ method, headers }: JudgedRequest, allowedOrigins: readonly string[]): boolean {
  if (safeMethods.has(method)) return false
  const { origin } = headers
  // HTTP/2 has the one, and may have the other. RFC 9113 §8.3.1.
  const host = headers[':authority'] ?? headers.host
  if (origin !== undefined && origin !== '*' && allowedOrigins.includes(origin)) return false
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  return origin !== undefined && hostOf(origin) !== host
}

/** `undefined` for the origin `null` of a page that has none. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
