import { hiddenMark } from '../config/document-secrets.ts'
import { listOf } from '../config/list-of.ts'
import { type Decoded, defineSection } from '../config/section.ts'
import type { AccessAction, Authorizer } from '../contracts/access.ts'
import { type AccessRule, type Grant, parseRule } from './access-rule.ts'
import { TokenAuthorizer } from './token-authorizer.ts'
import { parseTokenSecret, type TokenEntry } from './token-entry.ts'

/** The `auth` of a declared stream: that of the configuration, without paths. */
export const streamAccessConfig = defineSection('Who may publish and play it, before what `auth:` says', {
  rules: listOf(
    'a list of rules: allow or deny ACTION… [from NETWORK…], where an action is publish, play or any',
    parseStreamRule,
    { default: [], description: 'What holds without credentials; the first rule that covers a request decides' },
  ),
  token: listOf('a list of ACTION=TOKEN such as publish=secret or any=secret', parseStreamToken, {
    default: [],
    description: 'Tokens: nobody else does what one of them is for, unless a rule of the stream lets them',
    secret: true,
    hide: hideToken,
  }),
})

/** Who may publish and play one stream. What it leaves open the configuration decides. */
export type StreamAccess = Decoded<typeof streamAccessConfig>

/** Who checks the credentials of those who want to do what the stream has tokens for; else `undefined`. */
export function tokensFor({ token }: StreamAccess, action: AccessAction): Authorizer | undefined {
  return token.some(({ grant }) => grant.actions.includes(action)) ? new TokenAuthorizer(token) : undefined
}

const streamActions: readonly AccessAction[] = ['publish', 'play']

function parseStreamAction(word: string): Pick<Grant, 'actions'> | undefined {
  if (word === 'any') return { actions: streamActions }
  const action = streamActions.find(name => name === word)
  return action && { actions: [action] }
}

function parseStreamRule(text: string): AccessRule | undefined {
  const rule = parseRule(text, parseStreamAction)
  return rule?.paths.length === 0 ? rule : undefined
}

/** What follows the first `=` is the token. One that is hidden would be a token that everybody knows. */
function parseStreamToken(text: string): TokenEntry | undefined {
  const [, word = '', written = ''] = /^([a-z]+)=(.+)$/s.exec(text) ?? []
  const action = parseStreamAction(word)
  const secret = written === hiddenMark ? undefined : parseTokenSecret(written)
  return action && secret && { grant: { ...action, paths: [], networks: [] }, secret }
}

function hideToken(text: string): string {
  const [, action] = /^(publish|play|any)=/.exec(text) ?? []
  return action === undefined ? hiddenMark : `${action}=${hiddenMark}`
}
