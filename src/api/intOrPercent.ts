/** Amounts that may be a share of a whole: `3` or `25%`. Mirrors staging/src/k8s.io/apimachinery/pkg/util/intstr. */
import type { IntOrString } from './types/scalars.ts'

const PERCENT = /^\d+%$/u

/** The number before the percent sign; undefined for what is no percentage. */
export function percentOf(value: IntOrString | undefined): number | undefined {
  return typeof value === 'string' && PERCENT.test(value) ? Number(value.slice(0, -1)) : undefined
}

/** The amount, of a percentage its share of `total` rounded up; 0 for anything else. */
export function scaledUp(value: IntOrString | undefined, total: number): number {
  return typeof value === 'number' ? value : Math.ceil(((percentOf(value) ?? 0) * total) / 100)
}

/** The same rounded down. */
export function scaledDown(value: IntOrString | undefined, total: number): number {
  return typeof value === 'number' ? value : Math.floor(((percentOf(value) ?? 0) * total) / 100)
}
