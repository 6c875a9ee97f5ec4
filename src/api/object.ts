/** Whether a value is an object and no list: what of JSON has fields. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether an answer comes later, where every call is synchronous. What becomes of it then is nobody's concern. */
export function isPromise(value: unknown): boolean {
  if (!isObject(value) || !('then' in value) || typeof value.then !== 'function') return false
  void value.then(ignore, ignore)
  return true
}

function ignore(): void {}
