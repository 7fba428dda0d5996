import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'vitest'
import { PullFixture } from '../../../../test/support/pull-fixture.ts'
import { membershipInterface } from './membership-interface.ts'
import { UdpInput } from './udp-input.ts'

class UdpFixture extends PullFixture {
  constructor(url: string) {
    const faultReports = { open: () => undefined, close: () => undefined, of: () => undefined }
    super({
      ...{ url, onDemand: false },
      createInput: (pullUrl, context) => {
        assert.ok(pullUrl.protocol === 'udp-ts')
        return new UdpInput(pullUrl, { ...context, faultReports, silenceTimeout: 600_000 })
      },
    })
    this.relay.open(['x'])
  }
}

for (const [group, ours] of [
  ['239.7.7.8', '192.0.2.1'],
  ['[ff15::7:8]', '2001:db8::1'],
]) {
  test(`pull over UDP: that ${ours} is none of ours is told, and tried again`, async () => {
    const fixture = new UdpFixture(`udp://@${group}:0?interface=${ours}`)
    await fixture.untilFailed(2)
    assert.match(fixture.lastError, /: no interface of this machine has /)
    await fixture.relay.close()
  })
}

test('pull over UDP: a group of IPv6 is joined on the interface that has the address', async () => {
  const fixture = new UdpFixture('udp://@[ff15::7:9]:0?interface=0:0::1')
  // The kernel's list: number and name of the interface, the group in hexadecimal, and more.
  await fixture.until(() => /^\d+\s+lo\s+ff150000000000000000000000070009\s/m.test(joined()))
  await fixture.relay.close()
})

function joined(): string {
  return readFileSync('/proc/net/igmp6', 'utf8')
}

test('pull over UDP: IPv4 is told by address, IPv6 by the name of the interface', () => {
  assert.equal(membershipInterface('10.0.0.2'), '10.0.0.2')
  assert.equal(membershipInterface('::1'), '::%lo')
  assert.equal(membershipInterface('fe80::1%eth7'), '::%eth7')
  assert.equal(membershipInterface('2001:db8::1'), undefined)
})
