const prefixes = ['', 'k', 'M', 'G', 'T']

/** Bits per second for people: `4.25 Mbit/s`. */
export function formatBitrate(bitsPerSecond: number): string {
  return formatDecimal(bitsPerSecond, 'bit/s')
}

/** A count of bytes for people, in powers of 1000: `1.20 GB`. */
export function formatBytes(bytes: number): string {
  return formatDecimal(bytes, 'B')
}

/** A whole number with thin groups: `1 234`. */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, '\u202f')
}

/** A part of 1 for people: `2.5 %`. */
export function formatShare(share: number): string {
  return `${(100 * share).toFixed(1)}\u00a0%`
}

function formatDecimal(value: number, unit: string): string {
  const power = value < 1000 ? 0 : Math.min(prefixes.length - 1, Math.floor(Math.log10(value) / 3))
  const scaled = value / 1000 ** power
  const digits = power === 0 ? 0 : scaled < 10 ? 2 : scaled < 100 ? 1 : 0
  return `${scaled.toFixed(digits)}\u00a0${prefixes[power]}${unit}`
}
