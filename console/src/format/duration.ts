const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** A span for people, the two largest units of it: `12 s`, `3 min 04 s`, `1 h 02 min`, `2 d 4 h`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < minute) return `${whole}\u00a0s`
  if (whole < hour) return pair(Math.floor(whole / minute), 'min', pad(whole % minute), 's')
  if (whole < day) return pair(Math.floor(whole / hour), 'h', pad(Math.floor((whole % hour) / minute)), 'min')
  return pair(Math.floor(whole / day), 'd', Math.floor((whole % day) / hour), 'h')
}

/** A short delay for people: `0.42 s`. */
export function formatDelay(seconds: number): string {
  return `${Math.max(0, seconds).toFixed(2)}\u00a0s`
}

function pair(large: number, largeUnit: string, small: number | string, smallUnit: string): string {
  return `${large}\u00a0${largeUnit} ${small}\u00a0${smallUnit}`
}

function pad(value: number): string {
  return value.toString().padStart(2, '0')
}
