import fc from 'fast-check'

type Damage = readonly { readonly at: number; readonly byte: number; readonly cut: number }[]

/** Bytes to be changed, and how many to be lost at the end. */
export const damages: fc.Arbitrary<Damage> = fc.array(
  fc.record({ at: fc.nat({ max: 500 }), byte: fc.nat({ max: 255 }), cut: fc.nat({ max: 3 }) }),
  { minLength: 1, maxLength: 6 },
)

export function damagedBytes(bytes: Uint8Array, damage: Damage): Buffer {
  const damaged = Buffer.from(bytes)
  for (const { at, byte } of damage) damaged[at % damaged.length] = byte
  return damaged.subarray(0, damaged.length - (damage[0]?.cut ?? 0))
}
