/** A duration as Go's time.Duration prints it: `313ms`, `1.594s`, `10s`, `1m20s`, `5m0s`, `1h0m0s`. `ms` ≥ 0. */
export function goDuration(ms: number): string {
  if (ms === 0) return '0s'
  if (ms < 1) return `${rounded(ms * 1000)}µs`
  if (ms < 1000) return `${rounded(ms)}ms`
  const minutes = Math.floor(ms / 60_000)
  const seconds = `${rounded((ms - minutes * 60_000) / 1000)}s`
  if (minutes === 0) return seconds
  const hours = Math.floor(minutes / 60)
  return hours === 0 ? `${minutes}m${seconds}` : `${hours}h${minutes - hours * 60}m${seconds}`
}

/** Three decimals at most: nothing that a message says is finer. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}

/** `2m40s` in milliseconds; undefined for what is no duration of hours, minutes and seconds. */
export function parseGoDuration(text: string): number | undefined {
  const [whole, hours = '0', minutes = '0', seconds = '0'] = /^(?:(\d+)h)?(?:(\d+)m)?(?:([\d.]+)s)?$/u.exec(text) ?? []
  return whole ? Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000 : undefined
}
