import { createHmac, randomBytes } from 'node:crypto'
import { WorkLimit } from '../core/work-limit.ts'
import { isSecret, type StoredSecret } from './secret.ts'

/** Passwords that are hashed at a time: each takes a thread that files need too. */
const maxRunning = 2
/** Passwords that wait to be hashed; more are not checked. */
const maxWaiting = 100
/** Right passwords that are remembered, so that whoever polls the API is not hashed each time. */
const maxRemembered = 1000

/** Checks passwords, which take long on purpose, without letting anybody fill the machine with them. */
export class PasswordChecker {
  readonly #key = randomBytes(32)
  readonly #right = new Set<string>()
  readonly #limit = new WorkLimit({ running: maxRunning, waiting: maxWaiting })

  /** True if `shown` is the secret; `undefined` if there is too much to do to tell. */
  async check(shown: string, stored: StoredSecret): Promise<boolean | undefined> {
    if (stored.kind === 'sha256') return isSecret(shown, stored)
    const fingerprint = this.#fingerprint(shown, stored)
    if (this.#right.has(fingerprint)) return true
    const done = await this.#limit.run(() => isSecret(shown, stored))
    if (done?.result === true) this.#remember(fingerprint)
    return done?.result
  }

  #fingerprint(shown: string, { digest }: StoredSecret): string {
    return createHmac('sha256', this.#key).update(digest).update(shown, 'utf8').digest('base64')
  }

  #remember(fingerprint: string): void {
    if (this.#right.size >= maxRemembered) this.#right.clear()
    this.#right.add(fingerprint)
  }
}
