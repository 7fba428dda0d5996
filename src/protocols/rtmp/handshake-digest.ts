import { createHmac, timingSafeEqual } from 'node:crypto'

export const packetSize = 1536
const digestSize = 32

/** What Adobe's programs sign their first packets with; their second ones with `secret` behind it. */
const signers = {
  client: 'Genuine Adobe Flash Player 001',
  server: 'Genuine Adobe Flash Media Server 001',
} as const
export type Signer = keyof typeof signers

const secret = Buffer.from('f0eec24a8068bee82e00d0d1029e7e576eec5d2d29806fab93b8e636cfeb31ae', 'hex')

/** Where the block with the digest begins: behind time and version, or behind the block with the Diffie-Hellman key. */
const digestBlocks = [8, 772] as const
export type DigestBlock = (typeof digestBlocks)[number]

/**
 * Find the digest in a C1 or S1 packet. Returns the block that it lies in, or `undefined` if the packet has none, that
 * is, if its sender uses the simple handshake of the specification.
 *
 *     | time (4) | version (4) | key block (764) and digest block (764), in either order |
 *     digest block: | offset (4 bytes, added up) | anything | digest (32) | anything |
 *
 * Not in RTMP 1.0: Adobe's programs before it, and FFmpeg, OBS and others for their sake.
 *
 * @see FFmpeg libavformat/rtmpproto.c (rtmp_validate_digest), SRS srs_protocol_rtmp_handshake.cpp
 */
export function findDigest(packet: Uint8Array, signer: Signer): DigestBlock | undefined {
  return digestBlocks.find(block => timingSafeEqual(digestIn(packet, block), signPacket(packet, block, signer)))
}

/** The digest that lies in `block`. */
export function digestIn(packet: Uint8Array, block: DigestBlock): Uint8Array {
  const at = digestOffset(packet, block)
  return packet.subarray(at, at + digestSize)
}

/** Write the digest of a C1 or S1 packet into its `block`. */
export function imprintDigest(packet: Uint8Array, block: DigestBlock, signer: Signer): void {
  packet.set(signPacket(packet, block, signer), digestOffset(packet, block))
}

/** Sign a C2 or S2 packet in its last 32 bytes, as the answer to the digest that the other side's packet carried. */
export function signAnswer(packet: Uint8Array, answered: Uint8Array, signer: Signer): void {
  const key = hmac(Buffer.concat([Buffer.from(signers[signer]), secret]), answered)
  packet.set(hmac(key, packet.subarray(0, packetSize - digestSize)), packetSize - digestSize)
}

function signPacket(packet: Uint8Array, block: DigestBlock, signer: Signer): Uint8Array {
  const at = digestOffset(packet, block)
  return hmac(signers[signer], packet.subarray(0, at), packet.subarray(at + digestSize))
}

function digestOffset(packet: Uint8Array, block: DigestBlock): number {
  let sum = 0
  for (let i = 0; i < 4; i++) sum += packet[block + i] ?? 0
  return block + 4 + (sum % 728)
}

function hmac(key: string | Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHmac('sha256', key)
  for (const part of parts) hash.update(part)
  return hash.digest()
}
