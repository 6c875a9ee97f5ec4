import type { Fault } from './faults.ts'

/** What a fault does, as a sentence about it begins: `the power of node-1 fails`. */
export function faultText(fault: Fault): string {
  switch (fault.type) {
    case 'crashNode':
      return `the power of ${fault.node} fails`
    case 'restartNode':
      return `the power of ${fault.node} comes back`
    case 'crashController':
      return `${fault.controller} crashes`
    case 'restartController':
      return `${fault.controller} starts again`
  }
}
