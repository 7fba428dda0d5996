import type { Verdict } from '../contracts/access.ts'

export type Refused = Verdict & { readonly isAllowed: false }

export const allowed: Verdict = { isAllowed: true }

/** Somebody who is known by name. */
export function allowedAs(user: string | undefined): Verdict {
  return user === undefined ? allowed : { isAllowed: true, user }
}

export const missing: Refused = { isAllowed: false, refusal: 'missing', reason: 'a token or a password is needed' }

export const blocked: Refused = {
  isAllowed: false,
  refusal: 'blocked',
  reason: 'too many wrong attempts came from this address',
}

/** Somebody who is not known. */
export function wrong(reason: string): Refused {
  return { isAllowed: false, refusal: 'wrong', reason }
}

/** Somebody who is known, or whom nothing could let in. */
export function forbidden(reason: string): Refused {
  return { isAllowed: false, refusal: 'forbidden', reason }
}

/** What decides could not be asked: nobody gets in. */
export const unavailable: Refused = { isAllowed: false, refusal: 'unavailable', reason: 'access cannot be checked now' }
