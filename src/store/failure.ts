import { reasonOf, StoreError } from '../core/errors.ts'

/** What went wrong in words for the operator, without anything secret. */
export type Explanation = { readonly fault: Exclude<StoreError['fault'], 'conflict'>; readonly reason: string }

/** `undefined` for an error that the database at hand does not explain. */
export type Explain = (error: unknown) => Explanation | undefined

const networkReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there (connection refused)',
  ECONNRESET: 'the connection was broken off',
  EPIPE: 'the connection was broken off',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
  ENOTFOUND: 'the host is not known',
  EAI_AGAIN: 'the host is not known at the moment',
  ENOENT: 'there is no such file or socket',
  EACCES: 'the system does not let us',
  ETIMEDOUT: 'it does not answer',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself; sslrootcert names whom to trust',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody we know; sslrootcert names whom to trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by nobody we know; sslrootcert names whom to trust',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by nobody we know; sslrootcert names whom to trust',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is that of another host',
  HOSTNAME_MISMATCH: 'its certificate is that of another host',
  CERT_HAS_EXPIRED: 'its certificate has expired',
}

/** An error of a driver or of the system as that of a store. */
export function failureOf(place: string, error: unknown, explain?: Explain): StoreError {
  if (error instanceof StoreError) return error
  const { fault, reason } = explain?.(error) ?? explainNetwork(error)
  return new StoreError(fault, `Cannot use the store ${place}: ${reason}`, { cause: error })
}

/** For whoever comes when the store is closed. */
export function closedFailure(place: string): StoreError {
  return new StoreError('unavailable', `Cannot use the store ${place}: the server stops`)
}

function explainNetwork(error: unknown): Explanation {
  const reason = networkReasons[codeOf(error) ?? '']
  return { fault: 'unavailable', reason: reason ?? (reasonOf(error) || (codeOf(error) ?? 'it has failed')) }
}

/** The system's or the driver's name of an error, or of what has led to it: the first one's of several attempts. */
export function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  if (!(error instanceof Error)) return undefined
  return 'code' in error && typeof error.code === 'string' ? error.code : codeOf(error.cause)
}
