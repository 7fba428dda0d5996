import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { isSecret, parseSecret } from './secret.ts'

async function opens(stored: string, shown: string): Promise<boolean> {
  const secret = parseSecret(stored)
  assert(secret !== undefined, stored)
  return isSecret(shown, secret)
}

test('secret: plain text', async () => {
  assert.equal(await opens('s3cret', 's3cret'), true)
  assert.equal(await opens('s3cret', 's3cre'), false)
  assert.equal(await opens('s3cret', ''), false)
  assert.equal(await opens('grün', 'grün'), true)
})

/** Written by: printf mypass | openssl dgst -sha256 (-binary | openssl base64), OpenSSL 3.0.19. */
const sha256Vectors = [
  'sha256:ea71c25a7a602246b4c39824b855678894a96f43bb9b71319c39700a1e045222',
  'sha256:6nHCWnpgIka0w5gkuFVniJSpb0O7m3ExnDlwCh4EUiI=',
]

for (const stored of sha256Vectors) {
  test(`secret: ${stored.slice(0, 20)} is a digest`, async () => {
    assert.equal(await opens(stored, 'mypass'), true)
    assert.equal(await opens(stored, 'mypass2'), false)
    assert.equal(await opens(stored, stored), false)
  })
}

/** Written by Python 3.11: hashlib.scrypt(b'mypass', salt=bytes(range(16)), n=1024, r=8, p=1, dklen=32). */
const scryptVector = '$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$OwxhwE0nLbHHfsQ9l2LGRJi5EDo/khQyMgeGV1zLyXE'

test('secret: scrypt', async () => {
  assert.equal(await opens(scryptVector, 'mypass'), true)
  assert.equal(await opens(scryptVector, 'mypass2'), false)
})

for (const text of [
  '',
  'sha256:',
  'sha256:abc',
  '$scrypt$',
  '$2b$10$abcdefghijklmnopqrstuv',
  '$argon2id$v=19$m=4096,t=3,p=1$MTIzNDU2Nzg$OGGO0eCMN0ievb4YGSzvS',
  '$scrypt$ln=30,r=8,p=1$c2FsdHNhbHRzYWx0$c2FsdHNhbHRzYWx0c2FsdHNhbHQ',
  '$scrypt$ln=0,r=8,p=1$c2FsdHNhbHRzYWx0$c2FsdHNhbHRzYWx0c2FsdHNhbHQ',
  '$scrypt$ln=14,r=8,p=99$c2FsdHNhbHRzYWx0$c2FsdHNhbHRzYWx0c2FsdHNhbHQ',
]) {
  test(`secret: ${JSON.stringify(text.slice(0, 30))} is none`, () => assert.equal(parseSecret(text), undefined))
}

test('secret: no text is a fault', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string().map(rest => `$scrypt$${rest}`),
    fc.string().map(rest => `sha256:${rest}`),
  )
  fc.assert(
    fc.property(text, stored => void parseSecret(stored)),
    { seed: 20_261_121 },
  )
})
