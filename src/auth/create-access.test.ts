import assert from 'node:assert/strict'
import { test } from 'vitest'
import { forever, question } from '../../test/support/access-question.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import { readDocument } from '../config/document.ts'
import { loadConfig } from '../config/load-config.ts'
import { defineSection } from '../config/section.ts'
import type { AccessRequest } from '../contracts/access.ts'
import type { ApiRole } from '../core/api-role.ts'
import { ConfigError } from '../core/errors.ts'
import { authConfig } from './config.ts'
import { createAccess, prepareAccess } from './create-access.ts'
import { type StreamAccess, streamAccessConfig } from './stream-access.ts'

const schema = defineSection('Test', { auth: authConfig })

/** The verdict about each request under the flags. */
function verdicts(flags: readonly string[], ...requests: Partial<AccessRequest>[]): Promise<string[]> {
  return verdictsOf(undefined, flags, ...requests)
}

/** The same where live/test says something of itself. */
async function verdictsOf(
  own: StreamAccess | undefined,
  flags: readonly string[],
  ...requests: Partial<AccessRequest>[]
): Promise<string[]> {
  const { config } = loadConfig(schema, { argv: flags, env: {}, readFile: () => undefined })
  const events = { emit: () => undefined }
  const declaredAccess = (stream: string) => (stream === 'live/test' ? own : undefined)
  const parts = { clock: new FakeClock(), log: new KeptLog(), events, declaredAccess }
  const access = createAccess({ config: config.auth, ...parts })
  const given = await Promise.all(requests.map(request => access.authorize(question(request), forever)))
  return given.map(verdict => (verdict.isAllowed ? 'allowed' : verdict.refusal))
}

const here = '127.0.0.1'

const api = (role: ApiRole) => ({ action: 'api', role, stream: '' }) as const

test('access: mode none lets everybody publish and play, and this machine alone use the API', async () => {
  const all = [{ action: 'publish' }, { action: 'play' }, { action: 'metrics' }] as const
  assert.deepEqual(await verdicts([], ...all), ['allowed', 'allowed', 'allowed'])
  const uses = [api('viewer'), api('operator'), api('admin')]
  const [yes, no] = ['allowed', 'forbidden']
  assert.deepEqual(await verdicts([], ...uses), [no, no, no])
  assert.deepEqual(await verdicts([], ...uses.map(each => ({ ...each, address: here }))), [yes, yes, yes])
  const byRule = ['--auth-rules', 'allow operator from 192.0.2.0/24']
  assert.deepEqual(await verdicts(byRule, ...uses), [yes, yes, no])
})

test('access: tokens of roles may what their role may', async () => {
  const tokens = ['viewer:**=v', 'operator:**=o', 'admin:**=a', 'api:**=all']
  const flags = ['--auth-mode', 'token', ...tokens.flatMap(token => ['--auth-token', token])]
  const given = async (token: string): Promise<string[]> =>
    verdicts(flags, ...(['viewer', 'operator', 'admin'] as const).map(role => ({ ...api(role), query: token })))
  const [yes, no] = ['allowed', 'forbidden']
  assert.deepEqual(await given('token=v'), [yes, no, no])
  assert.deepEqual(await given('token=o'), [yes, yes, no])
  assert.deepEqual(await given('token=a'), [yes, yes, yes])
  assert.deepEqual(await given('token=all'), [yes, yes, yes])
  assert.deepEqual(await given(''), ['missing', 'missing', 'missing'])
})

test('access: rules hold in mode none too', async () => {
  const flags = ['--auth-rules', 'deny publish from 192.0.2.0/24']
  assert.deepEqual(await verdicts(flags, { action: 'publish' }, { action: 'play' }), ['forbidden', 'allowed'])
})

test('access: a token is for its streams and actions', async () => {
  const tokens = ['live/test=both', 'publish:cam/**=in', 'play:cam/*=out', 'api:**=ops', 'live/test=other=1']
  const flags = ['--auth-mode', 'token', ...tokens.flatMap(token => ['--auth-token', token])]
  const given = await verdicts(
    flags,
    { query: 'token=both' },
    { query: 'token=both', action: 'publish' },
    { query: 'token=other%3D1' },
    { query: 'token=in' },
    { query: 'token=in', action: 'publish', stream: 'cam/a/b' },
    { query: 'token=in', action: 'play', stream: 'cam/a' },
    { query: 'token=out', action: 'play', stream: 'cam/a' },
    { credentials: { user: 'x', password: 'ops' }, action: 'api', stream: '' },
    { query: 'token=both', action: 'api', stream: '' },
    { query: '' },
    { query: 'token=' },
    { query: 'token=BOTH' },
  )
  const [yes, no] = ['allowed', 'forbidden']
  assert.deepEqual(given, [yes, yes, yes, no, yes, no, yes, yes, no, 'missing', 'missing', 'wrong'])
})

test('access: this machine may look at the API and the metrics, others need credentials', async () => {
  const flags = ['--auth-mode', 'token', '--auth-token', 'a=b']
  const asks = [
    { action: 'api', stream: '', address: here },
    { action: 'metrics', stream: '', address: '::1' },
    { action: 'api', stream: '' },
    { action: 'play', address: here },
  ] as const
  assert.deepEqual(await verdicts(flags, ...asks), ['allowed', 'allowed', 'missing', 'missing'])
  const distrust = [...flags, '--no-auth-trust-loopback']
  assert.deepEqual(await verdicts(distrust, ...asks.slice(0, 2)), ['missing', 'missing'])
})

test('access: the mode token without a token is an error of the configuration', async () => {
  await assert.rejects(verdicts(['--auth-mode', 'token']), ConfigError)
})

for (const url of ['', 'hunter2', 'ftp://host/hunter2', '//host/hunter2']) {
  test(`access: the mode callback with the URL "${url}" is an error that does not show it`, async () => {
    await assert.rejects(verdicts(['--auth-mode', 'callback', `--auth-callback-url=${url}`]), error => {
      assert(error instanceof ConfigError)
      assert.doesNotMatch(error.message, /hunter2/)
      return true
    })
  })
}

for (const flags of [
  ['--auth-token', 'live/test'],
  ['--auth-token', 'live/test='],
  ['--auth-token', '=hunter2'],
  ['--auth-token', 'watch:live/test=hunter2'],
  ['--auth-token', 'live//test=hunter2'],
  ['--auth-token', 'live/test=sha256:hunter2'],
]) {
  test(`access: ${flags.join(' ')} is an error that does not show the token`, async () => {
    await assert.rejects(verdicts(flags), error => {
      assert.match(String(error), /Cannot use --auth-token: it must be a list of .*, is not shown/)
      assert.doesNotMatch(String(error), /hunter2/)
      return true
    })
  })
}

test('access: a rule that is none is an error in words', async () => {
  await assert.rejects(verdicts(['--auth-rules', 'permit play']), /must be a list of rules: allow or deny ACTION/)
})

test('access: an address that is refused unheard is so under other rules too, unless the limit is another', async () => {
  const events = { emit: () => undefined }
  const options = (...flags: readonly string[]) => {
    const { config } = loadConfig(schema, { argv: flags, env: {}, readFile: () => undefined })
    return { config: config.auth, clock: new FakeClock(), log: new KeptLog(), events }
  }
  const tokens = ['--auth-mode', 'token', '--auth-token', 'live/**=good', '--auth-failures-limit', '1']
  const access = createAccess({ ...options(...tokens), declaredAccess: () => undefined })
  const ask = async (): Promise<unknown> => {
    const verdict = await access.authorize(question({ query: 'token=wrong' }), forever)
    return verdict.isAllowed || verdict.refusal
  }
  assert.deepEqual([await ask(), await ask()], ['wrong', 'blocked'])
  const other = await prepareAccess(access, options(...tokens, '--auth-rules', 'deny publish'))
  assert.equal(await ask(), 'blocked')
  other.commit()
  assert.equal(await ask(), 'blocked')
  const looser = await prepareAccess(access, options(...tokens, '--auth-failures-limit', '5'))
  looser.commit()
  assert.equal(await ask(), 'wrong')
})

/** What live/test says of itself. */
function saying(rules: readonly string[], token: readonly string[] = []): StreamAccess {
  const reading = readDocument(streamAccessConfig, { rules, token })
  assert.ok(reading.ok)
  return reading.value
}

const publish = { action: 'publish' } as const
const play = { action: 'play' } as const
const other = { stream: 'live/other' }

test('access of a stream: its rules come before those for all, and decide about no other stream', async () => {
  const closed = ['--auth-rules', 'deny publish play']
  const open = saying(['allow play', 'allow publish from 192.0.2.0/24'])
  const asked = [play, publish, { ...publish, address: '203.0.113.7' }, { ...play, ...other }]
  assert.deepEqual(await verdictsOf(open, closed, ...asked), ['allowed', 'allowed', 'forbidden', 'forbidden'])
  const shut = saying(['deny any from 192.0.2.1', 'allow any'])
  const elsewhere = { address: '192.0.2.2' }
  assert.deepEqual(await verdictsOf(shut, [], publish, play, { ...play, ...elsewhere }, { ...play, ...other }), [
    'forbidden',
    'forbidden',
    'allowed',
    'allowed',
  ])
  assert.deepEqual(await verdictsOf(shut, [], { action: 'metrics', stream: '' }), ['allowed'])
})

test('access of a stream: nobody does without its token what the token is for, whatever holds for all', async () => {
  const tokens = saying([], ['publish=in', 'publish=spare', 'any=both'])
  const shown = (token: string) => ({ ...publish, query: `token=${token}` })
  const asked = [publish, shown('guess'), shown('in'), shown('spare'), shown('both'), { ...shown('in'), ...other }]
  const alone = ['missing', 'wrong', 'allowed', 'allowed', 'allowed']
  assert.deepEqual(await verdictsOf(tokens, [], ...asked), [...alone, 'allowed'])
  for (const rule of ['allow any', 'deny any']) {
    assert.deepEqual(await verdictsOf(tokens, ['--auth-rules', rule], ...asked.slice(0, 5)), alone)
  }
  const mode = ['--auth-mode', 'token', '--auth-token', '**=general']
  assert.deepEqual(await verdictsOf(tokens, mode, shown('general'), { ...shown('general'), ...other }), [
    'wrong',
    'allowed',
  ])
})

test('access of a stream: what it has no token for is as for all, and its rules spare the token', async () => {
  const tokens = saying(['allow publish from 10.0.0.0/8', 'deny publish from 10.0.0.0/7'], ['publish=in'])
  assert.deepEqual(await verdictsOf(tokens, [], play), ['allowed'])
  assert.deepEqual(await verdictsOf(tokens, ['--auth-rules', 'deny play'], play), ['forbidden'])
  const from = (address: string) => ({ ...publish, address, query: 'token=in' })
  assert.deepEqual(
    await verdictsOf(tokens, [], { ...publish, address: '10.1.1.1' }, from('11.1.1.1'), from('12.1.1.1')),
    ['allowed', 'forbidden', 'allowed'],
  )
  const split = saying([], ['publish=in', 'play=out'])
  assert.deepEqual(await verdictsOf(split, [], { ...play, query: 'token=in' }, { ...play, query: 'jwt=out' }), [
    'forbidden',
    'allowed',
  ])
})
