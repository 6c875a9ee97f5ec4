import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Arrival, Workload } from '../../../src/experiments/index.ts'
import { isStatusError, type Manifest, type Node, type NodeTemplate, type Pod } from '../../../src/index.ts'
import { corpus } from '../../support/system.ts'

export const listed = (workload: Workload, seed: number): Arrival[] => [...workload.arrivals(seed)]

export const nameOf = ({ metadata }: Manifest<Pod>): string => metadata?.name ?? ''

export const trace = (file: string): string => readFileSync(join(corpus, 'traces', file), 'utf8')

/** The message with which something is refused as a bad request. */
export function refusal(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    expect(isStatusError(error, 'BadRequest'), String(error)).toBe(true)
    return (error as Error).message
  }
  throw new Error('nothing was refused')
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0)

/** A machine like a node of a trace, for createCluster. */
export function machineOf({ metadata, status }: Manifest<Node>): NodeTemplate {
  const { cpu = 0, memory = 0, pods = 0, ...extended } = (status?.capacity ?? {}) as Readonly<Record<string, string>>
  const labels = (metadata?.labels ?? {}) as Readonly<Record<string, string>>
  return { name: metadata?.name ?? '', cpu, memory, pods: Number(pods), extended, labels }
}
