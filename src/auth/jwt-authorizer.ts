import { errors, jwtVerify } from 'jose'
import type { AccessRequest, Verdict } from '../contracts/access.ts'
import type { AccessMode } from './access-mode.ts'
import { covers } from './access-rule.ts'
import { tokenOf } from './credentials.ts'
import { type Claims, grantsOf } from './jwt-permissions.ts'
import { KeysUnavailable, type SigningKeys, type SigningKeysOptions, signingKeys } from './signing-keys.ts'
import { allowedAs, forbidden, missing, unavailable, wrong } from './verdict.ts'

export type JwtAuthorizerOptions = SigningKeysOptions & {
  /** What the claim `iss` must be; empty for anything. */
  readonly issuer: string
  /** What the claim `aud` must be or hold; empty for anything. */
  readonly audience: string
}

/** Those with a public key: a set of public keys must never be taken for shared secrets. @see RFC 8725 §3.1 */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

/** Seconds that the clocks of the issuer and of this machine may differ by. */
const clockTolerance = 10

/** `auth.mode: jwt`: signed tokens that say themselves what they allow. @see RFC 7519 */
export class JwtAuthorizer implements AccessMode {
  readonly #options: JwtAuthorizerOptions
  readonly #keys: SigningKeys
  #isFailing = false

  constructor(options: JwtAuthorizerOptions) {
    this.#options = options
    this.#keys = signingKeys(options)
  }

  async open(): Promise<void> {
    await this.#keys.file?.open()
  }

  async reload(): Promise<void> {
    await this.#keys.file?.reload()
  }

  problem(): string | undefined {
    return this.#keys.file?.problem
  }

  async close(): Promise<void> {
    this.#keys.file?.close()
  }

  async authorize(request: AccessRequest): Promise<Verdict> {
    const token = tokenOf(request.credentials)
    if (token === undefined) return missing
    try {
      const claims = await this.#verify(token)
      this.#note(undefined)
      const isAllowed = grantsOf(claims).some(grant => covers(grant, request))
      return isAllowed ? allowedAs(subjectOf(claims)) : forbidden('the token does not allow it')
    } catch (error) {
      if (!(error instanceof KeysUnavailable)) return refusalFor(error)
      this.#note(error.message)
      return unavailable
    }
  }

  /** A token without an end would be good for ever, so it must have one. */
  async #verify(token: string): Promise<Claims> {
    const { issuer, audience, clock } = this.#options
    const { payload } = await jwtVerify(token, this.#keys.find, {
      algorithms,
      clockTolerance,
      currentDate: new Date(clock.wall()),
      requiredClaims: ['exp'],
      ...(issuer !== '' && { issuer }),
      ...(audience !== '' && { audience }),
    })
    return payload
  }

  /** One line when the keys cannot be had, and one when they can again. */
  #note(failure: string | undefined): void {
    const { log } = this.#options
    if ((failure !== undefined) === this.#isFailing) return
    this.#isFailing = failure !== undefined
    if (failure === undefined) log.info('AUTH_KEYS_BACK', 'The keys of the tokens can be fetched again')
    else log.error('AUTH_KEYS_FAILED', `Cannot fetch the keys of the tokens, nobody new gets in: ${failure}`)
  }
}

/** @see RFC 7519 §4.1.2 */
function subjectOf({ sub }: Claims): string | undefined {
  return typeof sub === 'string' && sub !== '' ? sub : undefined
}

/** A token that is well signed and still not good is no attempt to guess one. */
function refusalFor(error: unknown): Verdict {
  if (error instanceof errors.JWTExpired) return forbidden('the token has expired')
  if (error instanceof errors.JWTClaimValidationFailed) {
    return forbidden(`the token is not good here: its claim "${error.claim}" is missing or wrong`)
  }
  if (error instanceof errors.JWKSNoMatchingKey) return wrong('the token is signed with a key that is not known')
  if (error instanceof errors.JOSEError) return wrong('the token is wrong')
  throw error
}
