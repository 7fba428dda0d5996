/** A transport packet as ISO/IEC 13818-1 §2.4.3.2 to §2.4.3.5 describe it; read without any code of the muxer. */
export type TsPacket = {
  readonly pid: number
  readonly payloadUnitStart: boolean
  readonly continuityCounter: number
  readonly discontinuity: boolean
  readonly randomAccess: boolean
  /** Ticks of 90 kHz. */
  readonly pcr: number | undefined
  /** The same with its extension: ticks of 27 MHz. */
  readonly reference: number | undefined
  /** `undefined` if the packet has none. */
  readonly payload: Buffer | undefined
}

const packetSize = 188

/** @throws {Error} If the bytes are no whole packets. */
export function tsPackets(file: Uint8Array): readonly TsPacket[] {
  const bytes = Buffer.from(file)
  if (bytes.length % packetSize !== 0) throw new Error(`Cannot read ${bytes.length} bytes as packets of ${packetSize}`)
  return Array.from({ length: bytes.length / packetSize }, (_, number) =>
    readPacket(bytes.subarray(number * packetSize, (number + 1) * packetSize)),
  )
}

function readPacket(bytes: Buffer): TsPacket {
  if (bytes[0] !== 0x47) throw new Error(`Cannot read a packet that begins with ${bytes[0]}`)
  const control = bytes.readUInt8(3)
  const hasAdaptation = (control & 0x20) !== 0
  const adaptationLength = hasAdaptation ? bytes.readUInt8(4) : 0
  const payloadAt = hasAdaptation ? 5 + adaptationLength : 4
  if (payloadAt > packetSize) throw new Error(`Cannot read an adaptation field of ${adaptationLength} bytes`)
  const flags = adaptationLength > 0 ? bytes.readUInt8(5) : 0
  const pcr = (flags & 0x10) === 0 ? undefined : 2 * bytes.readUInt32BE(6) + (bytes.readUInt8(10) >> 7)
  return {
    pid: bytes.readUInt16BE(1) & 0x1fff,
    payloadUnitStart: (bytes.readUInt8(1) & 0x40) !== 0,
    continuityCounter: control & 0xf,
    discontinuity: (flags & 0x80) !== 0,
    randomAccess: (flags & 0x40) !== 0,
    pcr,
    reference: pcr === undefined ? undefined : 300 * pcr + (bytes.readUInt16BE(10) & 0x1ff),
    payload: (control & 0x10) === 0 ? undefined : bytes.subarray(payloadAt),
  }
}

/** What is wrong with the continuity counters, as sentences: §2.4.3.3. */
export function continuityErrors(packets: readonly TsPacket[]): readonly string[] {
  const last = new Map<number, number>()
  return packets.flatMap(({ pid, continuityCounter, payload }, number) => {
    const before = last.get(pid)
    last.set(pid, continuityCounter)
    if (before === undefined) return []
    const expected = payload === undefined ? before : (before + 1) % 16
    return continuityCounter === expected
      ? []
      : [`packet ${number} of PID ${pid}: ${continuityCounter} after ${before}`]
  })
}

/** The longest distance, in milliseconds of the PCR, between the packets that `matches` picks; the ends count, too. */
export function longestDistance(packets: readonly TsPacket[], matches: (packet: TsPacket) => boolean): number {
  const first = packets.find(({ pcr }) => pcr !== undefined)?.pcr ?? 0
  let [now, last, longest] = [first, first, 0]
  for (const packet of packets) {
    // 33 bits: the clock may go through 0.
    if (packet.pcr !== undefined) now += (packet.pcr - now + 3 * 2 ** 33) % 2 ** 33
    if (matches(packet)) {
      longest = Math.max(longest, now - last)
      last = now
    }
  }
  return Math.max(longest, now - last) / 90
}

export type PesTimes = { readonly pts: number; readonly dts: number; readonly length: number }

/** The times of each PES packet of a PID, in ticks of 33 bits: §2.4.3.7. */
export function pesTimes(packets: readonly TsPacket[], pid: number): readonly PesTimes[] {
  return packets
    .filter(packet => packet.pid === pid && packet.payloadUnitStart)
    .map(({ payload = Buffer.alloc(0) }) => readTimes(payload))
}

function readTimes(payload: Buffer): PesTimes {
  if (payload.readUIntBE(0, 3) !== 1) throw new Error('Cannot read a PES packet without its start code')
  const hasDts = (payload.readUInt8(7) & 0x40) !== 0
  const pts = timestamp(payload, 9)
  return { pts, dts: hasDts ? timestamp(payload, 14) : pts, length: payload.readUInt16BE(4) }
}

function timestamp(bytes: Buffer, at: number): number {
  const high = (bytes.readUInt8(at) >> 1) & 7
  return high * 2 ** 30 + (bytes.readUInt16BE(at + 1) >> 1) * 2 ** 15 + (bytes.readUInt16BE(at + 3) >> 1)
}

type PesUnderway = { readonly dts: number; pcrBehind: number | undefined }

/**
 * From the clock at which each PES packet has come whole to its decode time, in milliseconds: how long a decoder holds it,
 * or below 0 how late it is. The clock is the next PCR behind the packet, so the true time is a little longer.
 */
export function decodeLeads(packets: readonly TsPacket[], mediaPids: ReadonlySet<number>): readonly number[] {
  const underway = new Map<number, PesUnderway>()
  const whole: PesUnderway[] = []
  for (const { pid, pcr, payload, payloadUnitStart } of packets) {
    if (pcr !== undefined) for (const pes of [...whole, ...underway.values()]) pes.pcrBehind ??= pcr
    const before = underway.get(pid)
    if (payload === undefined || !mediaPids.has(pid)) continue
    if (payloadUnitStart) {
      if (before !== undefined) whole.push(before)
      underway.set(pid, { dts: readTimes(payload).dts, pcrBehind: undefined })
    } else if (before !== undefined) before.pcrBehind = undefined
  }
  // 33 bits, and a sign.
  const lead = (ticks: number): number => ((ticks + 2.5 * 2 ** 33) % 2 ** 33) - 2 ** 32
  return whole.flatMap(({ dts, pcrBehind }) => (pcrBehind === undefined ? [] : lead(dts - pcrBehind) / 90))
}
