/** Longest name, in bytes, of which each character is one. */
export const maxNameLength = 255
const maxSegments = 8
const segment = /^[A-Za-z0-9_.~-]+$/

/** True for 1 to 8 segments of `[A-Za-z0-9_.~-]` joined by `/`, none of them `.` or `..`, 255 bytes at most. */
export function isStreamName(name: string): boolean {
  if (name.length > maxNameLength) return false
  const segments = name.split('/')
  return segments.length <= maxSegments && segments.every(s => segment.test(s) && s !== '.' && s !== '..')
}
