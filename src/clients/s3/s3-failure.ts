import { RefusedError } from '../../core/errors.ts'
import { textOf } from './xml-elements.ts'

/** An answer that is no success. */
export type S3Refusal = { readonly status: number; readonly body: string; readonly date: string | null }

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const reasons: Readonly<Record<string, string>> = {
  AccessDenied: 'the access key may not do this',
  AuthorizationHeaderMalformed: 'the region is wrong',
  IllegalLocationConstraintException: 'the region is wrong',
  InternalError: 'the server has a fault',
  InvalidAccessKeyId: 'the access key is unknown there',
  InvalidBucketName: 'the name of the bucket is none that it knows',
  InvalidRange: 'the object is empty, or ends before',
  NoSuchBucket: 'there is no such bucket',
  NoSuchKey: 'there is no such object',
  PermanentRedirect: 'the bucket is in another region',
  QuotaExceeded: 'the space there is used up',
  ServiceUnavailable: 'the server is too busy',
  SignatureDoesNotMatch: 'the secret key is wrong',
  SlowDown: 'the server is too busy',
  XAdminUserNotFound: 'the access key is unknown there',
  XMinioStorageFull: 'the space there is used up',
}

/** Answers to HEAD have no body that says why. */
const byStatus: Readonly<Record<number, string>> = {
  401: 'the access key is not accepted',
  403: 'the access key may not do this',
  500: 'the server has a fault',
  502: 'the server behind the proxy does not answer',
  503: 'the server is too busy',
  504: 'the server behind the proxy does not answer',
}

/** Of an object, or an upload, that is not there. */
export const notFound = new Set(['NoSuchKey', 'NoSuchUpload', 'NotFound'])

/** @param what The beginning of the sentence: `Cannot write to HOST/BUCKET`. @param now By this machine's clock. */
export function refusedByS3(what: string, { status, body, date }: S3Refusal, now: Date): RefusedError {
  const code = textOf(body, 'Code') ?? (status === 404 ? 'NotFound' : `HTTP ${status}`)
  return new RefusedError(code, `${what}: ${reasonOf(code, status, body, date, now)}`)
}

function reasonOf(code: string, status: number, body: string, date: string | null, now: Date): string {
  if (code === 'RequestTimeTooSkewed') return skewReason(textOf(body, 'ServerTime') ?? date, now)
  const region = textOf(body, 'Region')
  const reason = reasons[code] ?? byStatus[status] ?? `the answer is ${status} ${code.slice(0, 60)}`
  return region === undefined ? reason : `${reason}, it must be ${region.slice(0, 60)}`
}

function skewReason(told: string | null, now: Date): string {
  const theirs = Date.parse(told ?? '')
  if (Number.isNaN(theirs)) return 'the clock of this machine is wrong'
  const difference = Math.round((now.getTime() - theirs) / 1000)
  return `the clock of this machine is ${Math.abs(difference)} s ${difference > 0 ? 'ahead of' : 'behind'} the server's`
}
