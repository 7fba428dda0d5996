import assert from 'node:assert/strict'
import { test } from 'vitest'
import { forever, question } from '../../test/support/access-question.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import { readDocument } from '../config/document.ts'
import type { AccessRequest, Verdict } from '../contracts/access.ts'
import type { ServerEvent } from '../contracts/events.ts'
import { AccessControl } from './access-control.ts'
import { type AccessRule, parseRule } from './access-rule.ts'
import { FailureLimiter } from './failure-limiter.ts'
import { type StreamAccess, streamAccessConfig } from './stream-access.ts'
import { allowed, wrong } from './verdict.ts'

class Fixture {
  readonly clock = new FakeClock()
  readonly log = new KeptLog()
  readonly events: ServerEvent[] = []
  readonly asked: AccessRequest[] = []
  verdict: () => Promise<Verdict> = () => Promise.resolve(allowed)
  readonly access: AccessControl
  /** What live/test says of itself. */
  own: StreamAccess | undefined

  constructor(...rules: readonly string[]) {
    const { clock, log } = this
    this.access = new AccessControl({
      policy: {
        rules: rules.map(rule => parseRule(rule)) as AccessRule[],
        lastRules: [],
        mode: {
          authorize: request => {
            this.asked.push(request)
            return this.verdict()
          },
        },
        limiter: new FailureLimiter({ limit: 3, window: 60_000 }),
      },
      declaredAccess: stream => (stream === 'live/test' ? this.own : undefined),
      clock,
      log,
      events: { emit: event => this.events.push(event) },
    })
  }

  async ask(differences: Partial<AccessRequest> = {}): Promise<string> {
    const verdict = await this.access.authorize(question(differences), forever)
    return verdict.isAllowed ? 'allowed' : verdict.refusal
  }
}

test('access control: the first rule that covers a request decides, and nobody else is asked', async () => {
  const fixture = new Fixture('deny play on live/secret', 'allow play on live/**', 'deny any')
  fixture.verdict = () => Promise.resolve(wrong('x'))
  assert.equal(await fixture.ask(), 'allowed')
  assert.equal(await fixture.ask({ stream: 'live/secret' }), 'forbidden')
  assert.equal(await fixture.ask({ action: 'publish' }), 'forbidden')
  assert.deepEqual(fixture.asked, [])
})

test('access control: credentials in the URL reach whoever checks them', async () => {
  const fixture = new Fixture()
  await fixture.ask({ query: 'user=eva&pass=secret&token=abc' })
  assert.deepEqual(fixture.asked[0]?.credentials, { user: 'eva', password: 'secret', token: 'abc' })
})

test('access control: a refusal is counted, logged once and told, without what was shown', async () => {
  const fixture = new Fixture()
  fixture.verdict = () => Promise.resolve(wrong('the token is wrong'))
  assert.equal(await fixture.ask({ query: 'token=hunter2', credentials: { password: 'hunter3' } }), 'wrong')
  assert.equal(fixture.access.counters.play.wrong, 1)
  assert.deepEqual(
    fixture.log.lines.map(({ code, message }) => [code, message]),
    [['AUTH_REFUSED', 'Play refused: the token is wrong']],
  )
  assert.deepEqual(fixture.events, [
    {
      type: 'auth.failed',
      action: 'play',
      stream: 'live/test',
      protocol: 'rtmp',
      connection: 'rtmp-1',
      peer: '192.0.2.1:5000',
      refusal: 'wrong',
      reason: 'the token is wrong',
    },
  ])
  assert.doesNotMatch(JSON.stringify([fixture.log.lines, fixture.events]), /hunter/)
})

test('access control: an address with too many wrong attempts is refused unheard, for a while', async () => {
  const fixture = new Fixture('allow play on public')
  fixture.verdict = () => Promise.resolve(wrong('x'))
  for (let i = 0; i < 3; i++) assert.equal(await fixture.ask(), 'wrong')
  fixture.verdict = () => Promise.resolve(allowed)
  for (let i = 0; i < 5; i++) assert.equal(await fixture.ask(), 'blocked')
  assert.equal(fixture.asked.length, 3)
  assert.equal(fixture.access.blockedCount, 1)
  assert.equal(await fixture.ask({ address: '192.0.2.2' }), 'allowed')
  assert.equal(await fixture.ask({ stream: 'public' }), 'allowed')
  assert.deepEqual(
    fixture.log.lines.map(({ code }) => code),
    ['AUTH_REFUSED', 'AUTH_REFUSED', 'AUTH_REFUSED', 'AUTH_BLOCKED'],
  )
  fixture.clock.advance(60_000)
  assert.equal(await fixture.ask(), 'allowed')
})

test('access control: neither showing nothing nor a check that fails blocks an address', async () => {
  const fixture = new Fixture()
  fixture.verdict = () => Promise.reject(new Error('the token is hunter2'))
  for (let i = 0; i < 5; i++) assert.equal(await fixture.ask(), 'unavailable')
  fixture.verdict = () => Promise.resolve({ isAllowed: false, refusal: 'missing', reason: 'x' })
  for (let i = 0; i < 5; i++) assert.equal(await fixture.ask(), 'missing')
  assert.equal(fixture.access.blockedCount, 0)
  assert.doesNotMatch(JSON.stringify(fixture.log.lines), /hunter/)
})

test('access control: the verdict about somebody who has gone counts for nothing', async () => {
  const fixture = new Fixture()
  fixture.verdict = () => Promise.resolve(wrong('x'))
  await fixture.access.authorize(question(), AbortSignal.abort())
  assert.equal(fixture.access.counters.play.wrong, 0)
  assert.deepEqual(fixture.events, [])
})

test('access control: wrong secrets that a protocol has checked count like all others', async () => {
  const fixture = new Fixture('allow play on public')
  const asked = question({ protocol: 'srt' })
  assert.equal(fixture.access.refuseUnheard(asked), undefined)
  for (let i = 0; i < 3; i++) fixture.access.refuseWrong(asked, 'the passphrase is wrong')
  assert.equal(fixture.access.refuseUnheard(question({ stream: 'public' }))?.refusal, 'blocked')
  assert.equal(fixture.access.refuseUnheard(question({ address: '192.0.2.2' })), undefined)
  assert.equal(await fixture.ask(), 'blocked')
  const { counters } = fixture.access
  assert.deepEqual([counters.play.wrong, counters.play.blocked], [3, 2])
  assert.equal(fixture.log.lines[0]?.message, 'Play refused: the passphrase is wrong')
  assert.equal(fixture.events.length, 3)
})

test('access control: wrong tokens of a stream are attempts like others, told without what was shown', async () => {
  const fixture = new Fixture('allow any')
  const reading = readDocument(streamAccessConfig, { token: ['play=hunter2'] })
  fixture.own = reading.ok ? reading.value : undefined
  const guess = { query: 'token=hunter3' }
  for (const verdict of ['wrong', 'wrong', 'wrong', 'blocked']) assert.equal(await fixture.ask(guess), verdict)
  assert.equal(await fixture.ask({ query: 'token=hunter2' }), 'blocked')
  assert.equal(await fixture.ask({ query: 'token=hunter2', address: '192.0.2.9' }), 'allowed')
  assert.deepEqual(fixture.asked, [])
  assert.equal(fixture.access.counters.play.wrong, 3)
  assert.doesNotMatch(JSON.stringify([fixture.log, fixture.events]), /hunter/)
  fixture.own = undefined
  assert.equal(await fixture.ask(guess), 'allowed')
})
