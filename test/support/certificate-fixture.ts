import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../scripts/project.mjs'
import type { Certificate } from '../../src/contracts/certificates.ts'

export type CertificateName = 'server' | 'renewed'

/** Where a certificate for tests, or its key, lies. */
export function certificatePath(name: CertificateName, suffix: 'crt' | 'key'): string {
  return join(projectRoot, 'test', 'fixtures', 'tls', `${name}.${suffix}`)
}

/** A certificate for `localhost` that nobody has signed. */
export function certificateFixture(name: CertificateName): Certificate {
  return {
    cert: readFileSync(certificatePath(name, 'crt'), 'utf8'),
    key: readFileSync(certificatePath(name, 'key'), 'utf8'),
  }
}
