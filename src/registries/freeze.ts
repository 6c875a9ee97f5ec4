/**
 * Freezes plain data all the way down and returns it. Nothing else in the project freezes, so that what is frozen is
 * known to be frozen throughout, and shared parts are passed over at once.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (Array.isArray(value)) for (const item of value) deepFreeze(item)
  else for (const key in value) deepFreeze(value[key])
  return Object.freeze(value)
}
