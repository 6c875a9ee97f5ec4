import type { SchedulerStats } from '../../scheduler/numbers.ts'
import type { Run } from '../run/run.ts'
import type { Metric } from './metric.ts'

type Counted = 'examined' | 'filterCalls' | 'scoreCalls'

function perDecision({ stats }: Run, counted: Counted): number | undefined {
  const sum = (of: (one: SchedulerStats) => number): number => stats.reduce((total, one) => total + of(one), 0)
  const decisions = sum((one) => one.decisions)
  return decisions === 0 ? undefined : sum((one) => one[counted]) / decisions
}

export const decisions: Metric = {
  name: 'decisions',
  about: 'Decisions made, those that found no node included.',
  unit: '',
  better: 'less',
  measure: ({ stats }) => stats.reduce((total, one) => total + one.decisions, 0),
}

export const nodesExamined: Metric = {
  name: 'nodesExamined',
  about: 'Nodes looked at, a decision.',
  unit: 'nodes',
  better: 'less',
  measure: (run) => perDecision(run, 'examined'),
}

export const filterCalls: Metric = {
  name: 'filterCalls',
  about: 'Filter calls that were due, a decision, whether or not the answer was remembered.',
  unit: 'calls',
  better: 'less',
  measure: (run) => perDecision(run, 'filterCalls'),
}

export const scoreCalls: Metric = {
  name: 'scoreCalls',
  about: 'Score calls that were due, a decision, whether or not the answer was remembered.',
  unit: 'calls',
  better: 'less',
  measure: (run) => perDecision(run, 'scoreCalls'),
}
