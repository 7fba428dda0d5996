import type { PreparedChange } from '../contracts/prepared-change.ts'
import { ConfigError } from '../core/errors.ts'
import { AccessControl, type AccessControlOptions, type AccessPolicy } from './access-control.ts'
import type { AccessMode } from './access-mode.ts'
import { type AccessRule, parseRule } from './access-rule.ts'
import { CallbackAuthorizer } from './callback-authorizer.ts'
import { callbackForms } from './callback-form.ts'
import type { AuthConfig } from './config.ts'
import { FailureLimiter } from './failure-limiter.ts'
import { FileAuthorizer } from './file-authorizer.ts'
import { JwtAuthorizer } from './jwt-authorizer.ts'
import { TokenAuthorizer } from './token-authorizer.ts'
import { allowed, forbidden } from './verdict.ts'

export type AccessOptions = Pick<AccessControlOptions, 'clock' | 'log' | 'events'> & { readonly config: AuthConfig }
export type CreateAccessOptions = AccessOptions & Pick<AccessControlOptions, 'declaredAccess'>

/**
 * The access control that the configuration asks for.
 *
 * @throws {ConfigError} If the mode lacks something.
 */
export function createAccess(options: CreateAccessOptions): AccessControl {
  return new AccessControl({ ...options, policy: createPolicy(options) })
}

/**
 * Make ready what the configuration says now.
 *
 * @throws {ConfigError} If the mode lacks something, or what it needs is broken.
 */
export async function prepareAccess(access: AccessControl, options: AccessOptions): Promise<PreparedChange> {
  const { failures } = options.config
  const policy = createPolicy(options)
  return access.prepare(access.limiter.isFor(failures) ? { ...policy, limiter: access.limiter } : policy)
}

function createPolicy(options: AccessOptions): AccessPolicy {
  const { config } = options
  return {
    rules: config.rules,
    mode: createMode(options),
    lastRules: builtInRules(config),
    limiter: new FailureLimiter(config.failures),
  }
}

/** The operator's own machine needs no credentials. */
function builtInRules({ trustLoopback }: AuthConfig): readonly AccessRule[] {
  const rule = trustLoopback ? parseRule('allow api metrics from 127.0.0.0/8 ::1') : undefined
  return rule === undefined ? [] : [rule]
}

/** Without credentials everybody may publish and play, but not see who else does, or change what others have set up. */
const elsewhere = forbidden("without credentials (auth.mode) it is for the server's own machine only")

function createMode({ config, clock, log }: AccessOptions): AccessMode {
  switch (config.mode) {
    case 'none':
      return { authorize: request => Promise.resolve(request.action === 'api' ? elsewhere : allowed) }
    case 'token':
      if (config.token.length === 0) {
        throw new ConfigError('auth.token', 'Cannot use auth.mode token: auth.token must name a token, is empty')
      }
      return new TokenAuthorizer(config.token)
    case 'file':
      if (config.file === '') {
        throw new ConfigError('auth.file', 'Cannot use auth.mode file: auth.file must name a file, is empty')
      }
      return new FileAuthorizer({ path: config.file, clock, log })
    case 'callback': {
      const { format, timeout } = config.callback
      const url = webUrl('auth.callback.url', config.callback.url)
      return new CallbackAuthorizer({ url, form: callbackForms[format], timeout, clock, log })
    }
    case 'jwt':
      if (/^https?:/i.test(config.jwt.jwks)) webUrl('auth.jwt.jwks', config.jwt.jwks)
      else if (config.jwt.jwks === '') {
        throw new ConfigError('auth.jwt.jwks', 'Cannot use auth.mode jwt: auth.jwt.jwks must name keys, is empty')
      }
      return new JwtAuthorizer({ ...config.jwt, clock, log })
  }
}

/** @throws {ConfigError} If `text` is no http or https URL; it is not shown, as it may hold a secret. */
function webUrl(key: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new ConfigError(
    key,
    `Cannot use ${key}: it must be a URL such as https://host/path, is ${text === '' ? 'empty' : 'not shown'}`,
  )
}
