const prefix = 'containerd://'
const digits = '0123456789abcdef'

/**
 * Ids of containers: 64 hexadecimal digits that follow from the pod's uid, the container's name and the attempt, so
 * that none need be kept.
 */
export function createContainerIds(): (uid: string, name: string, attempt: number) => string {
  const codes = new Array<number>(prefix.length + 64)
  for (let index = 0; index < prefix.length; index++) codes[index] = prefix.charCodeAt(index)
  return (uid, name, attempt) => {
    let low = 0x811c9dc5 ^ attempt
    let high = 0x9e3779b9
    for (let index = 0; index < uid.length; index++) {
      const unit = uid.charCodeAt(index)
      low = Math.imul(low ^ unit, 0x01000193)
      high = Math.imul(high ^ unit, 0x85ebca6b) + low
    }
    for (let index = 0; index < name.length; index++) low = Math.imul(low ^ name.charCodeAt(index), 0x01000193)
    let place = prefix.length
    for (let word = 0; word < 8; word++) {
      high = Math.imul(high ^ (low >>> 15), 0xc2b2ae35) + word
      low = Math.imul(low ^ (high >>> 13), 0x27d4eb2f)
      const bits = low ^ high
      for (let shift = 0; shift < 32; shift += 4) codes[place++] = digits.charCodeAt((bits >>> shift) & 15)
    }
    return String.fromCharCode.apply(null, codes)
  }
}
