import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { ReceiveWindow } from './receive-window.ts'

describe('receive window', () => {
  test('an acknowledgement is due each half window', () => {
    const window = new ReceiveWindow(1000)
    assert.deepEqual(
      [499, 1, 400, 200, 499].map(size => window.count(size)),
      [undefined, 500, undefined, 1100, undefined],
    )
    assert.equal(window.received, 1599)
  })

  test('the sequence number wraps, the count of bytes does not', () => {
    const window = new ReceiveWindow(1000)
    assert.equal(window.count(0xffffffff), 0xffffffff)
    assert.equal(window.count(501), 500)
    assert.equal(window.received, 0xffffffff + 501)
  })

  test('a window of 0 is not taken', () => {
    const window = new ReceiveWindow(1000)
    window.resize(0)
    assert.equal(window.count(1), undefined)
    window.resize(2)
    assert.equal(window.count(0), 1)
  })

  test('a peer that announces none is acknowledged nothing, if that is assumed of it', () => {
    const window = new ReceiveWindow(0)
    assert.equal(window.count(1e9), undefined)
    window.assume(1000)
    assert.equal(window.count(500), 1e9 + 500)
  })

  test('what the peer announces counts more than what is assumed', () => {
    const window = new ReceiveWindow(0)
    window.resize(2000)
    window.assume(10)
    assert.equal(window.count(999), undefined)
    assert.equal(window.count(1), 1000)
  })
})
