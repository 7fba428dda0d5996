import { type KeyObject, randomBytes } from 'node:crypto'
import { ProtocolError } from '../../core/errors.ts'
import type { DataPacket, PayloadKey } from './data-packet.ts'
import { decodeKeyMaterial, encodeKeyMaterial, type KeyLength, type KeyMaterial } from './key-material.ts'
import { deriveWrappingKey, unwrapKeys, wrapKeys } from './key-wrap.ts'
import { PayloadCipher } from './payload-cipher.ts'

/** What two peers that know one passphrase have agreed on. */
export type SharedSecret = {
  readonly wrappingKey: KeyObject
  readonly salt: Uint8Array
  readonly keyLength: KeyLength
  /** The key, or both, of the first message. */
  readonly material: KeyMaterial
  readonly keys: Uint8Array
}

/** Open the key material of a caller. `undefined` if its passphrase is another. Copies what it keeps. */
export async function openKeyMaterial(bytes: Uint8Array, passphrase: string): Promise<SharedSecret | undefined> {
  const material = decodeKeyMaterial(Uint8Array.from(bytes))
  const { salt, keyLength, wrapped } = material
  const wrappingKey = await deriveWrappingKey(passphrase, salt, keyLength)
  const keys = unwrapKeys(wrappingKey, wrapped)
  return keys && { wrappingKey, salt, keyLength, material, keys }
}

/** Make the key material with which a caller begins. */
export async function createKeyMaterial(passphrase: string, keyLength: KeyLength): Promise<SharedSecret> {
  const salt = randomBytes(16)
  const keys = randomBytes(keyLength)
  const wrappingKey = await deriveWrappingKey(passphrase, salt, keyLength)
  const material: KeyMaterial = { keys: 'even', keyLength, salt, wrapped: wrapKeys(wrappingKey, keys) }
  return { wrappingKey, salt, keyLength, material, keys }
}

/** Decrypts what the peer sends, with the even and the odd key that it has announced. */
export class PayloadOpener {
  readonly #secret: SharedSecret
  readonly #ciphers = new Map<PayloadKey, PayloadCipher>()

  constructor(secret: SharedSecret) {
    this.#secret = secret
    this.#install(secret.material, secret.keys)
  }

  /** New bytes; `undefined` if the packet is not encrypted, or with a key that was never announced. */
  open({ key, sequence, payload }: DataPacket): Uint8Array | undefined {
    return this.#ciphers.get(key)?.apply(sequence, payload)
  }

  /**
   * The peer announces its next key. False if that is not wrapped as its first one was.
   *
   * @throws {ProtocolError} If it cannot be read.
   */
  announce(bytes: Uint8Array): boolean {
    const material = decodeKeyMaterial(bytes)
    const { salt, keyLength } = this.#secret
    if (Buffer.compare(material.salt, salt) !== 0 || material.keyLength !== keyLength) return false
    const keys = unwrapKeys(this.#secret.wrappingKey, material.wrapped)
    if (keys === undefined) return false
    this.#install(material, keys)
    return true
  }

  #install({ keys: held, keyLength, salt }: KeyMaterial, keys: Uint8Array): void {
    const names = held === 'both' ? (['even', 'odd'] as const) : [held]
    if (keys.length !== names.length * keyLength) {
      throw new ProtocolError('srt', 'malformed', `Cannot use SRT keys: they must have ${keyLength} bytes each`)
    }
    for (const [index, name] of names.entries()) {
      const key = keys.subarray(index * keyLength, (index + 1) * keyLength)
      this.#ciphers.set(name, new PayloadCipher(key, salt))
    }
  }
}

/** When keys are changed, in packets. Source: SRT draft §6.1.6. */
export type RefreshPlan = {
  readonly period: number
  /** The next key is announced so long before it is used. */
  readonly preAnnouncement: number
}

export const defaultRefreshPlan: RefreshPlan = { period: 2 ** 25, preAnnouncement: 4000 }

/**
 * Encrypts what is sent. After so many packets with one key it changes to the other, which the peer was told of in
 * time; a peer that has not said that it knows the next key is waited for.
 */
export class PayloadSealer {
  readonly #secret: SharedSecret
  readonly #plan: RefreshPlan
  #current: 'even' | 'odd'
  #currentKey: Uint8Array
  #cipher: PayloadCipher
  #packets = 0
  #next: { readonly key: Uint8Array; readonly material: Uint8Array; isKnown: boolean } | undefined

  constructor(secret: SharedSecret, plan: RefreshPlan = defaultRefreshPlan) {
    this.#secret = secret
    this.#plan = plan
    this.#current = secret.material.keys === 'odd' ? 'odd' : 'even'
    this.#currentKey = secret.keys.subarray(0, secret.keyLength)
    this.#cipher = new PayloadCipher(this.#currentKey, secret.salt)
  }

  /** The key material that the peer is to be told, and told again, until it confirms it. */
  get announcement(): Uint8Array | undefined {
    return this.#next?.isKnown === false ? this.#next.material : undefined
  }

  seal(sequence: number, payload: Uint8Array): { readonly key: PayloadKey; readonly payload: Uint8Array } {
    this.#packets++
    if (this.#packets > this.#plan.period - this.#plan.preAnnouncement) this.#next ??= this.#prepare()
    if (this.#packets > this.#plan.period && this.#next?.isKnown === true) this.#change(this.#next.key)
    return { key: this.#current, payload: this.#cipher.apply(sequence, payload) }
  }

  /** The peer has answered an announcement; it repeats what it has understood. */
  confirm(answer: Uint8Array): void {
    if (this.#next !== undefined && Buffer.compare(answer, this.#next.material) === 0) this.#next.isKnown = true
  }

  #prepare(): { key: Uint8Array; material: Uint8Array; isKnown: boolean } {
    const { salt, keyLength, wrappingKey } = this.#secret
    const key = randomBytes(keyLength)
    const pair = this.#current === 'even' ? [this.#currentKey, key] : [key, this.#currentKey]
    const wrapped = wrapKeys(wrappingKey, Buffer.concat(pair))
    return { key, material: encodeKeyMaterial({ keys: 'both', keyLength, salt, wrapped }), isKnown: false }
  }

  #change(key: Uint8Array): void {
    this.#current = this.#current === 'even' ? 'odd' : 'even'
    this.#currentKey = key
    this.#cipher = new PayloadCipher(key, this.#secret.salt)
    this.#packets = 0
    this.#next = undefined
  }
}
