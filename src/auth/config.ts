import { boolean } from '../config/boolean.ts'
import { choice } from '../config/choice.ts'
import { duration } from '../config/duration.ts'
import { integer } from '../config/integer.ts'
import { listOf } from '../config/list-of.ts'
import { type Decoded, defineSection } from '../config/section.ts'
import { text } from '../config/text.ts'
import { grantForm, parseRule } from './access-rule.ts'
import { parseTokenEntry, tokenEntryForm } from './token-entry.ts'

/** The `auth:` section. */
export const authConfig = defineSection('Who may publish, play, and read the API and the metrics', {
  mode: choice(['none', 'token', 'file', 'callback', 'jwt'], {
    effect: 'next',
    default: 'none',
    description:
      'How credentials are checked; none lets everybody publish, play and look, and this machine change things',
  }),
  rules: listOf(`a list of rules: allow or deny ${grantForm}`, parseRule, {
    effect: 'next',
    default: [],
    description: 'What holds for everybody, without credentials; the first rule that covers a request decides',
  }),
  trustLoopback: boolean({
    effect: 'next',
    default: true,
    description: 'Let this machine use the API and read the metrics without credentials',
  }),
  token: listOf(`a list of ${tokenEntryForm}`, parseTokenEntry, {
    effect: 'next',
    default: [],
    description: 'Tokens of the mode token, each with the streams that it is for',
    secret: true,
  }),
  file: text({
    effect: 'next',
    default: '',
    description: 'File of the mode file, YAML or JSON, with users, tokens and rules; read again when it changes',
  }),
  callback: defineSection('Backend that the mode callback asks', {
    url: text({
      effect: 'next',
      default: '',
      description: 'Where each question is posted to as JSON; http or https',
      secret: true,
    }),
    format: choice(['sluice', 'srs', 'mediamtx', 'go-rtmp'], {
      effect: 'next',
      default: 'sluice',
      description: 'Whose words the question and the answer are in, so that existing backends work',
    }),
    timeout: duration({
      effect: 'next',
      default: '5s',
      minimum: '1ms',
      description: 'Time for the whole answer; then it is no',
    }),
  }),
  jwt: defineSection('Signed tokens of the mode jwt', {
    jwks: text({
      effect: 'next',
      default: '',
      description: 'Public keys that tokens are signed with: URL or file of a JSON Web Key Set',
    }),
    issuer: text({
      effect: 'next',
      default: '',
      description: 'What the claim iss of a token must be; "" for anything',
    }),
    audience: text({
      effect: 'next',
      default: '',
      description: 'What the claim aud of a token must be or hold; "" for anything',
    }),
    refresh: duration({
      effect: 'next',
      default: '10m',
      minimum: '1s',
      description: 'Age at which keys of a URL are fetched again',
    }),
    cooldown: duration({
      effect: 'next',
      default: '30s',
      minimum: '1s',
      description: 'Shortest time between two fetches because a token names a key that is not there',
    }),
  }),
  failures: defineSection('Wrong attempts of one address (of IPv6: of one /64 network)', {
    limit: integer({
      effect: 'next',
      default: 10,
      minimum: 0,
      description:
        'So many within the window, and the address is refused unheard until the window is over; 0 for no limit',
    }),
    window: duration({
      effect: 'next',
      default: '1m',
      minimum: '1s',
      description: 'The window, from the first wrong attempt on',
    }),
  }),
})

export type AuthConfig = Decoded<typeof authConfig>
