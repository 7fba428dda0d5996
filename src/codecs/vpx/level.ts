/** The lowest level of each picture size: ten times the level, luma samples, longest side. VP9 levels, webmproject.org. */
const levels = [
  { level: 10, lumaPictureSize: 36_864, dimension: 512 },
  { level: 11, lumaPictureSize: 73_728, dimension: 768 },
  { level: 20, lumaPictureSize: 122_880, dimension: 960 },
  { level: 21, lumaPictureSize: 245_760, dimension: 1344 },
  { level: 30, lumaPictureSize: 552_960, dimension: 2048 },
  { level: 31, lumaPictureSize: 983_040, dimension: 2752 },
  { level: 40, lumaPictureSize: 2_228_224, dimension: 4160 },
  { level: 50, lumaPictureSize: 8_912_896, dimension: 8384 },
  { level: 60, lumaPictureSize: 35_651_584, dimension: 16_832 },
] as const

const highestLevel = 62

/**
 * Ten times the lowest level that allows pictures of this size. No frame tells the level or the rate, so a stream with
 * many pictures per second may be of a higher one.
 */
export function vpLevel(width: number, height: number): number {
  const fits = levels.find(
    ({ lumaPictureSize, dimension }) => width * height <= lumaPictureSize && Math.max(width, height) <= dimension,
  )
  return fits?.level ?? highestLevel
}
