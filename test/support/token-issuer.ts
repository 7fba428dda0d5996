import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>

/** Signs tokens as an identity provider does, with jose. */
export class TokenIssuer {
  readonly keyId: string
  readonly algorithm: string
  readonly #keys: KeyPair

  private constructor(keyId: string, algorithm: string, keys: KeyPair) {
    this.keyId = keyId
    this.algorithm = algorithm
    this.#keys = keys
  }

  static async create(keyId = 'key-1', algorithm = 'ES256'): Promise<TokenIssuer> {
    return new TokenIssuer(keyId, algorithm, await generateKeyPair(algorithm, { extractable: true }))
  }

  /** The public key as an entry of a JSON Web Key Set. */
  async publicKey(): Promise<Record<string, unknown>> {
    return { ...(await exportJWK(this.#keys.publicKey)), kid: this.keyId, alg: this.algorithm, use: 'sig' }
  }

  /** A JSON Web Key Set of this key alone, as text. */
  async keySet(): Promise<string> {
    return JSON.stringify({ keys: [await this.publicKey()] })
  }

  sign(claims: JWTPayload): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: this.algorithm, kid: this.keyId }).sign(this.#keys.privateKey)
  }
}
