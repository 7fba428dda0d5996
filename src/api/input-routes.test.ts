import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ApiFixture } from '../../test/support/api-fixture.ts'
import { noInputs } from '../../test/support/no-inputs.ts'
import type { StreamInputs, StreamInputsStatus } from '../contracts/stream-inputs.ts'
import { inputRoutes } from './input-routes.ts'

const status: StreamInputsStatus = {
  ...{ stream: 'live/test', state: 'running', pinned: undefined, inputs: [] },
  switches: [{ at: 0, from: undefined, to: 1, reason: 'start' }],
  switchCounts: new Map(),
}

function fixture(): { readonly api: ApiFixture; readonly done: string[] } {
  const done: string[] = []
  const doing = (what: string) => (name: string) => {
    done.push(`${what} ${name}`)
    return name === 'live/test'
  }
  const inputs: StreamInputs = {
    ...noInputs,
    of: name => (name === 'live/test' ? status : undefined),
    pin: (name, input) => {
      done.push(`pin ${name} ${input}`)
      return name === 'live/test' && (input ?? 1) <= 2
    },
    ...{ start: doing('start'), stop: doing('stop'), restart: doing('restart') },
  }
  return { api: new ApiFixture(app => inputRoutes(app, inputs)), done }
}

test('input routes: an input is chosen, and let go of', async () => {
  const { api, done } = fixture()
  const chosen = await api.ask('POST', '/api/v1/streams/live%2Ftest/switch', { input: 2 })
  assert.equal(chosen.status, 200)
  assert.deepEqual(chosen.body, {
    ...{ state: 'running', pinned: null, items: [] },
    switches: [{ at: '1970-01-01T00:00:00.000Z', from: null, to: 1, reason: 'start' }],
  })
  assert.equal((await api.ask('POST', '/api/v1/streams/live%2Ftest/switch', { input: null })).status, 200)
  assert.deepEqual(done, ['pin live/test 2', 'pin live/test undefined'])
})

test('input routes: streams and inputs that are not there, and orders that are none', async () => {
  const { api } = fixture()
  const detailOf = async (name: string, body: unknown): Promise<readonly [number, string]> => {
    const answer = await api.ask('POST', `/api/v1/streams/${name}/switch`, body)
    return [answer.status, (answer.body as { detail: string }).detail]
  }
  assert.deepEqual(await detailOf('live%2Ftest', { input: 3 }), [
    404,
    'Cannot switch stream live/test: it has no input 3',
  ])
  assert.deepEqual(await detailOf('other', { input: 1 }), [
    404,
    'Cannot do that to stream other: it has no inputs, or is switched off',
  ])
  for (const wrong of [{}, { input: 0 }, { input: 'x' }, { input: 1, more: 1 }, []]) {
    assert.equal((await detailOf('live%2Ftest', wrong))[0], 400, JSON.stringify(wrong))
  }
})

test('input routes: a stream is started, stopped, and started anew', async () => {
  const { api, done } = fixture()
  for (const action of ['start', 'stop', 'restart']) {
    assert.equal((await api.ask('POST', `/api/v1/streams/live%2Ftest/${action}`)).status, 200)
    assert.equal((await api.ask('POST', `/api/v1/streams/other/${action}`)).status, 404)
  }
  assert.deepEqual(
    done.filter(what => what.endsWith('test')),
    ['start live/test', 'stop live/test', 'restart live/test'],
  )
})
