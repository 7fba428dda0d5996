import { randomBytes } from 'node:crypto'
import { ReloadedFile } from '../config/reloaded-file.ts'
import type { AccessRequest, Verdict } from '../contracts/access.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Log } from '../contracts/log.ts'
import type { AccessMode } from './access-mode.ts'
import { type AccessRule, covers } from './access-rule.ts'
import { type AuthFile, type FileEntry, parseAuthFile } from './auth-file.ts'
import { authFileCodes } from './auth-file-codes.ts'
import { isEmpty, tokenOf } from './credentials.ts'
import { PasswordChecker } from './password-checker.ts'
import { isSecret, type StoredSecret } from './secret.ts'
import { allowedAs, forbidden, missing, unavailable, wrong } from './verdict.ts'

export type FileAuthorizerOptions = { readonly path: string; readonly clock: Clock; readonly log: Log }

type Access = AuthFile & {
  /** Nothing opens it, and it takes as long to check as the passwords; `undefined` if they are all quick. */
  readonly decoy: StoredSecret | undefined
}

/** `auth.mode: file`: users and tokens of a file, which is read again when it changes. */
export class FileAuthorizer implements AccessMode {
  readonly #passwords = new PasswordChecker()
  readonly #file: ReloadedFile<Access>

  constructor(options: FileAuthorizerOptions) {
    const file = { key: 'auth.file', what: 'access file', codes: authFileCodes }
    this.#file = new ReloadedFile({ ...options, ...file, parse: parseAccess })
  }

  get rules(): readonly AccessRule[] {
    return this.#file.value?.rules ?? []
  }

  open(): Promise<void> {
    return this.#file.open()
  }

  reload(): Promise<void> {
    return this.#file.reload()
  }

  problem(): string | undefined {
    return this.#file.problem
  }

  async close(): Promise<void> {
    this.#file.close()
  }

  async authorize(request: AccessRequest): Promise<Verdict> {
    const access = this.#file.value
    if (access === undefined) return unavailable
    if (isEmpty(request.credentials)) return missing
    const entry = await this.#find(access, request)
    if (entry === 'busy') return unavailable
    if (entry === undefined) return wrong('the user, the password or the token is wrong')
    const isAllowed = entry.grants.some(grant => covers(grant, request))
    return isAllowed ? allowedAs(entry.user) : forbidden('these credentials do not allow it')
  }

  /** Whose credentials these are. */
  async #find(access: Access, { credentials }: AccessRequest): Promise<FileEntry | 'busy' | undefined> {
    const { user = '', password, token } = credentials
    if (password !== undefined && token === undefined) {
      const known = access.users.get(user)
      const isRight = await this.#isPassword(password, known?.secret, access)
      if (isRight === undefined) return 'busy'
      if (known !== undefined) return isRight ? known : undefined
    }
    return findToken(access, tokenOf(credentials) ?? '')
  }

  /** Takes as long for a user whom nobody knows as for a known one. */
  async #isPassword(shown: string, secret: StoredSecret | undefined, access: Access): Promise<boolean | undefined> {
    const decoy = secret?.kind === 'scrypt' ? undefined : access.decoy
    const check = async (one: StoredSecret | undefined) => one !== undefined && this.#passwords.check(shown, one)
    const [isRight, isDecoyDone] = await Promise.all([check(secret), check(decoy)])
    return isDecoyDone === undefined ? undefined : isRight
  }
}

function parseAccess(text: string): Access {
  const file = parseAuthFile(text)
  const slow = [...file.users.values()].map(({ secret }) => secret).find(secret => secret.kind === 'scrypt')
  const random = slow && { salt: randomBytes(slow.salt.length), digest: randomBytes(slow.digest.length) }
  return { ...file, decoy: slow && { ...slow, ...random } }
}

async function findToken({ tokens }: Access, shown: string): Promise<FileEntry | undefined> {
  const matches = await Promise.all(tokens.map(({ secret }) => isSecret(shown, secret)))
  return tokens.find((_, index) => matches[index] === true)
}
