import { decisions, filterCalls, nodesExamined, scoreCalls } from './costs.ts'
import { hottestNode } from './hottestNode.ts'
import type { Metric } from './metric.ts'
import { nodesUsed } from './nodesUsed.ts'
import { placed, preemptions, unscheduled } from './outcomes.ts'
import { regret } from './regret.ts'
import { allocated, fragmentation, imbalance, used } from './shares.ts'
import { makespan, pending } from './waiting.ts'
import { decisionTime, podsPerSecond } from './wall.ts'

/** The metrics that are measured unless others are asked for; those of the machine's clock where one was handed in. */
export const usualMetrics: readonly Metric[] = Object.freeze([
  podsPerSecond,
  decisionTime,
  decisions,
  nodesExamined,
  filterCalls,
  scoreCalls,
  placed,
  unscheduled,
  preemptions,
  allocated,
  used,
  fragmentation,
  imbalance,
  nodesUsed,
  pending,
  makespan,
  hottestNode,
])

/** Every metric that can be asked for by name. */
export const namedMetrics: readonly Metric[] = Object.freeze([...usualMetrics, regret])
