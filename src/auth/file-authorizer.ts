import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { FileWatch } from '../config/file-watch.ts'
import type { AccessRequest, Verdict } from '../contracts/access.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Log } from '../contracts/log.ts'
import { ConfigError } from '../core/errors.ts'
import type { AccessMode } from './access-mode.ts'
import { type AccessRule, covers } from './access-rule.ts'
import { type AuthFile, type FileEntry, parseAuthFile } from './auth-file.ts'
import { isEmpty, tokenOf } from './credentials.ts'
import { PasswordChecker } from './password-checker.ts'
import { isSecret, type StoredSecret } from './secret.ts'
import { allowed, forbidden, missing, unavailable, wrong } from './verdict.ts'

export type FileAuthorizerOptions = { readonly path: string; readonly clock: Clock; readonly log: Log }

const nothing: AuthFile = { rules: [], users: new Map(), tokens: [] }

/**
 * `auth.mode: file`: users and tokens of a file, which is read again when it changes. While the file is broken, what it
 * said before holds, and `problem` says so.
 */
export class FileAuthorizer implements AccessMode {
  readonly #options: FileAuthorizerOptions
  readonly #passwords = new PasswordChecker()
  #file = nothing
  #decoy: StoredSecret | undefined
  #reading = Promise.resolve()
  /** The text that was read last, good or bad. */
  #text: string | undefined
  #problem: string | undefined
  #watch: FileWatch | undefined

  constructor(options: FileAuthorizerOptions) {
    this.#options = options
  }

  get rules(): readonly AccessRule[] {
    return this.#file.rules
  }

  /** @throws {ConfigError} If the file cannot be read or is broken. */
  async open(): Promise<void> {
    await this.reload()
    const { path, clock, log } = this.#options
    if (this.#problem !== undefined) throw new ConfigError('auth.file', `${this.#problem} (${path})`)
    try {
      this.#watch = new FileWatch(path, clock, () => void this.reload())
    } catch (error) {
      log.warn('AUTH_FILE_UNWATCHED', `Cannot watch the access file, SIGHUP reads it again: ${reasonOf(error)}`)
    }
  }

  /** One reading after the other, so that the newest counts. */
  reload(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#read())
    return this.#reading
  }

  problem(): string | undefined {
    return this.#problem
  }

  async close(): Promise<void> {
    this.#watch?.close()
  }

  async authorize(request: AccessRequest): Promise<Verdict> {
    const { credentials } = request
    if (isEmpty(credentials)) return missing
    const entry = await this.#find(request)
    if (entry === 'busy') return unavailable
    if (entry === undefined) return wrong('the user, the password or the token is wrong')
    return entry.grants.some(grant => covers(grant, request)) ? allowed : forbidden('these credentials do not allow it')
  }

  async #read(): Promise<void> {
    try {
      const text = await readFile(this.#options.path, 'utf8')
      if (text !== this.#text) this.#use(text)
    } catch (error) {
      this.#text = undefined
      this.#reject(`Cannot read the access file: ${reasonOf(error)}`)
    }
  }

  #use(text: string): void {
    this.#text = text
    const isFirst = this.#file === nothing
    try {
      this.#file = parseAuthFile(text)
    } catch (error) {
      return this.#reject(reasonOf(error))
    }
    this.#decoy = decoyAmong(this.#file)
    this.#problem = undefined
    if (!isFirst) this.#options.log.info('AUTH_FILE_READ', 'The access file has changed and holds from now on')
  }

  #reject(problem: string): void {
    if (problem === this.#problem) return
    this.#problem = problem
    const { path, log } = this.#options
    if (this.#file !== nothing) log.error('AUTH_FILE_REFUSED', `${problem}; what it said before holds`, { path })
  }

  /** Whose credentials these are. */
  async #find({ credentials }: AccessRequest): Promise<FileEntry | 'busy' | undefined> {
    const { user = '', password, token } = credentials
    if (password !== undefined && token === undefined) {
      const known = this.#file.users.get(user)
      const isRight = await this.#isPassword(password, known?.secret)
      if (isRight === undefined) return 'busy'
      if (known !== undefined) return isRight ? known : undefined
    }
    return this.#findToken(tokenOf(credentials) ?? '')
  }

  /** Takes as long for a user whom nobody knows as for a known one. */
  async #isPassword(shown: string, secret: StoredSecret | undefined): Promise<boolean | undefined> {
    const decoy = secret?.kind === 'scrypt' ? undefined : this.#decoy
    const check = async (one: StoredSecret | undefined) => one !== undefined && this.#passwords.check(shown, one)
    const [isRight, isDecoyDone] = await Promise.all([check(secret), check(decoy)])
    return isDecoyDone === undefined ? undefined : isRight
  }

  async #findToken(shown: string): Promise<FileEntry | undefined> {
    const { tokens } = this.#file
    const matches = await Promise.all(tokens.map(({ secret }) => isSecret(shown, secret)))
    return tokens.find((_, index) => matches[index] === true)
  }
}

/** A secret that nothing opens, and that takes as long to check as those of the file; `undefined` if all are quick. */
function decoyAmong({ users }: AuthFile): StoredSecret | undefined {
  const slow = [...users.values()].map(({ secret }) => secret).find(secret => secret.kind === 'scrypt')
  return slow && { ...slow, salt: randomBytes(slow.salt.length), digest: randomBytes(slow.digest.length) }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
