import type { KubeObject } from '../api/meta.ts'

/** An object of whatever kind, as the server handles it. */
export interface Loose extends KubeObject {
  readonly spec?: object
  readonly status?: object
}
