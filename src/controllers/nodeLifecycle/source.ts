import type { EventSource } from '../../registries/eventRecord.ts'

/** The name under which kube-controller-manager's node lifecycle controller records Events. */
export const source: EventSource = Object.freeze({ component: 'node-controller' })
