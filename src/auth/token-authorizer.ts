import type { AccessRequest, Authorizer, Verdict } from '../contracts/access.ts'
import { covers } from './access-rule.ts'
import { tokenOf } from './credentials.ts'
import { isSecret } from './secret.ts'
import type { TokenEntry } from './token-entry.ts'
import { allowed, forbidden, missing, wrong } from './verdict.ts'

/** `auth.mode: token`: whoever shows a token that is meant for the stream. */
export class TokenAuthorizer implements Authorizer {
  readonly #entries: readonly TokenEntry[]

  constructor(entries: readonly TokenEntry[]) {
    this.#entries = entries
  }

  async authorize(request: AccessRequest): Promise<Verdict> {
    const shown = tokenOf(request.credentials)
    if (shown === undefined) return missing
    const matches = await Promise.all(this.#entries.map(({ secret }) => isSecret(shown, secret)))
    const known = this.#entries.filter((_, index) => matches[index] === true)
    if (known.length === 0) return wrong('the token is wrong')
    return known.some(({ grant }) => covers(grant, request)) ? allowed : forbidden('the token does not allow it')
  }
}
