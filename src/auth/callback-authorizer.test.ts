import assert from 'node:assert/strict'
import { type TestContext, test } from 'vitest'
import { AccessBackend } from '../../test/support/access-backend.ts'
import { forever, question } from '../../test/support/access-question.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import { pollUntil } from '../../test/support/polling.ts'
import type { AccessRequest } from '../contracts/access.ts'
import { CallbackAuthorizer } from './callback-authorizer.ts'
import { type CallbackForm, callbackForms } from './callback-form.ts'

class Fixture {
  readonly clock = new FakeClock()
  readonly log = new KeptLog()
  readonly backend: AccessBackend
  readonly authorizer: CallbackAuthorizer

  private constructor(backend: AccessBackend, form: CallbackForm) {
    const { clock, log } = this
    this.backend = backend
    const url = new URL(backend.url('/auth?key=hunter2'))
    this.authorizer = new CallbackAuthorizer({ url, form, timeout: 5000, clock, log })
  }

  static async start(
    { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
    form: CallbackForm = callbackForms.sluice,
  ) {
    const backend = await AccessBackend.start()
    const fixture = new Fixture(backend, form)
    onTestFinished(async () => {
      await fixture.authorizer.close()
      await backend[Symbol.asyncDispose]()
    })
    return fixture
  }

  async ask(differences: Partial<AccessRequest> = {}, signal = forever): Promise<string> {
    const verdict = await this.authorizer.authorize(question(differences), signal)
    return verdict.isAllowed ? 'allowed' : verdict.refusal
  }

  get codes(): readonly string[] {
    return this.log.lines.map(({ code }) => code)
  }
}

test('callback authorizer: asks with everything, and does as it is told', async context => {
  const fixture = await Fixture.start(context)
  const { backend } = fixture
  assert.equal(await fixture.ask({ query: 'token=t', credentials: { token: 't' } }), 'allowed')
  assert.equal(backend.bodies[0]?.['token'], 't')
  backend.answer = response => void response.writeHead(403).end('no')
  assert.equal(await fixture.ask(), 'wrong')
  backend.answer = response => void response.writeHead(401).end()
  assert.equal(await fixture.ask(), 'missing')
  assert.equal(await fixture.ask({ credentials: { token: 't' } }), 'wrong')
  assert.deepEqual(fixture.codes, [])
})

test('callback authorizer: garbage, redirects, faults and a dead backend are no, told in one line', async context => {
  const fixture = await Fixture.start(context, callbackForms.srs)
  const { backend } = fixture
  backend.answer = response => void response.end('<html>hello</html>')
  assert.equal(await fixture.ask(), 'unavailable')
  backend.answer = response => void response.writeHead(302, { location: backend.url('/yes') }).end('0')
  assert.equal(await fixture.ask(), 'unavailable')
  backend.answer = response => void response.writeHead(500).end('0')
  assert.equal(await fixture.ask(), 'unavailable')
  backend.answer = response => void response.end('0'.repeat(100_000))
  assert.equal(await fixture.ask(), 'unavailable')
  backend.answer = response => void response.socket?.end('not HTTP at all\r\n\r\n')
  assert.equal(await fixture.ask(), 'unavailable')
  backend.answer = response => void response.socket?.destroy()
  assert.equal(await fixture.ask(), 'unavailable')
  assert.deepEqual(fixture.codes, ['AUTH_CALLBACK_FAILED'])

  backend.answer = response => void response.end('{"code":0}')
  assert.equal(await fixture.ask(), 'allowed')
  assert.equal(await fixture.ask({ action: 'api', stream: '' }), 'forbidden')
  assert.deepEqual(fixture.codes, ['AUTH_CALLBACK_FAILED', 'AUTH_CALLBACK_BACK'])
  await backend[Symbol.asyncDispose]()
  assert.equal(await fixture.ask(), 'unavailable')
  assert.doesNotMatch(JSON.stringify(fixture.log.lines), /hunter2/)
})

test('callback authorizer: a backend that hangs is no after the timeout, before or within its answer', async context => {
  const fixture = await Fixture.start(context)
  const { backend, clock } = fixture
  for (const answer of [() => undefined, (response: { write(text: string): unknown }) => void response.write('{')]) {
    const seen = backend.bodies.length
    backend.answer = answer
    const verdict = fixture.ask()
    await pollUntil('the question', async () => (backend.bodies.length > seen ? true : undefined))
    clock.advance(5000)
    assert.equal(await verdict, 'unavailable')
  }
  assert.match(fixture.log.lines[0]?.message ?? '', /no answer came within 5000 ms$/)
})

test('callback authorizer: who leaves ends the question, and that is no failure', async context => {
  const fixture = await Fixture.start(context)
  const gone = new AbortController()
  const closed = Promise.withResolvers<void>()
  fixture.backend.answer = (_response, request) => void request.socket.once('close', () => closed.resolve())
  const verdict = fixture.ask({}, gone.signal)
  await pollUntil('the question', async () => (fixture.backend.bodies.length > 0 ? true : undefined))
  gone.abort()
  assert.equal(await verdict, 'unavailable')
  await closed.promise
  assert.deepEqual([fixture.codes, fixture.clock.pendingCount], [[], 0])
})

test('callback authorizer: a crowd is asked about on 64 connections', async context => {
  const fixture = await Fixture.start(context)
  const sockets = new Set<unknown>()
  fixture.backend.answer = (response, request) => {
    sockets.add(request.socket)
    response.end()
  }
  const verdicts = await Promise.all(Array.from({ length: 500 }, () => fixture.ask()))
  assert.equal(verdicts.filter(verdict => verdict === 'allowed').length, 500)
  assert.ok(sockets.size <= 64, `${sockets.size} connections`)
})
