import type { Findings, RunResult } from '../findings.ts'
import type { ResourceLine, Timeline } from '../run/timeline.ts'
import { linearAxis, logTimeAxis, timeAxis } from './axis.ts'
import type { Chart, Line } from './chart.ts'
import { growth, held, heldUntilEnd, linesOf } from './curves.ts'

/** The charts of a page, those for which there is something to show. */
export function chartsOf(findings: Findings): readonly Chart[] {
  return [
    ...resourcesOf(findings).flatMap((resource, index) => [
      allocation(findings, resource, index),
      againstArrival(findings, resource, index),
      fragments(findings, resource, index),
    ]),
    pendingChart(findings),
    examinedChart(findings),
    hottestChart(findings),
    nodesChart(findings),
  ].flatMap((chart) => chart ?? [])
}

/** Those that pods asked for in any run, in the order in which the runs have them; four at most, for a page is to be read. */
function resourcesOf({ runs }: Findings): readonly string[] {
  const names = new Set(runs.flatMap(({ timeline }) => Object.keys(timeline.resources)))
  return [...names].slice(0, 4)
}

function most(numbers: Iterable<number>): number {
  let found = 0
  for (const number of numbers) if (number > found) found = number
  return found
}

function mostOf({ runs }: Findings, of: (timeline: Timeline) => readonly number[]): number {
  return most(runs.map(({ timeline }) => most(of(timeline))))
}

const none: ResourceLine = Object.freeze({ allocated: [], arrived: [], fragmentation: [], imbalance: [] })

function lineOf({ timeline }: RunResult, resource: string): ResourceLine {
  return timeline.resources[resource] ?? none
}

function overTime(findings: Findings, of: (run: RunResult) => readonly number[]): readonly Line[] {
  return linesOf(findings, 0, endOf(findings), (run) => held(run.timeline.at, of(run)))
}

function endOf({ runs }: Findings): number {
  return most(runs.map(({ endMs }) => endMs))
}

const percent = 0.01
const since = 'virtual time since the run began'

function allocation(findings: Findings, resource: string, index: number): Chart {
  const highest = mostOf(findings, ({ resources }) => resources[resource]?.allocated ?? [])
  return {
    id: `allocated${index}`,
    title: `Utilisation over time: ${resource}`,
    about: `Of the ${resource} that all nodes offer, the share that pods on nodes asked for.`,
    x: timeAxis(since, endOf(findings)),
    y: linearAxis(`${resource} allocated (%)`, Math.min(1, highest * 1.02), percent),
    lines: overTime(findings, (run) => lineOf(run, resource).allocated),
  }
}

function againstArrival(findings: Findings, resource: string, index: number): Chart {
  const asked = mostOf(findings, ({ resources }) => resources[resource]?.arrived ?? [])
  const end = Math.min(1, asked)
  const everything: Line = {
    label: 'all that arrived',
    colour: undefined,
    points: [
      [0, 0],
      [end, end],
    ],
  }
  const highest = mostOf(findings, ({ resources }) => resources[resource]?.allocated ?? [])
  const lines = linesOf(findings, 0, asked, (run) => {
    const { arrived, allocated } = lineOf(run, resource)
    return heldUntilEnd(neverFalling(arrived), allocated)
  })
  return {
    id: `arrival${index}`,
    title: `Allocation against arrival: ${resource}`,
    about: `The share of the ${resource} that is allocated when so much has been asked for since the beginning; the dashed line is where everything would have its place and stay.`,
    x: linearAxis(`${resource} asked for by all pods that came (% of what nodes offer)`, asked, percent),
    y: linearAxis(`${resource} allocated (%)`, Math.max(end, highest), percent),
    lines: [everything, ...lines],
  }
}

/** A share falls where a node joins: until it is back, what is allocated stands where it was. */
function neverFalling(values: readonly number[]): readonly number[] {
  let highest = 0
  return values.map((value) => (highest = Math.max(highest, value)))
}

function fragments(findings: Findings, resource: string, index: number): Chart {
  const highest = mostOf(findings, ({ resources }) => resources[resource]?.fragmentation ?? [])
  return {
    id: `fragments${index}`,
    title: `Fragmentation: ${resource}`,
    about: `Of the ${resource} that is free, the share on nodes where a pod drawn from the workload would not fit.`,
    x: timeAxis(since, endOf(findings)),
    y: linearAxis(`free ${resource} of no use (%)`, Math.min(1, Math.max(0.01, highest * 1.02)), percent),
    lines: overTime(findings, (run) => lineOf(run, resource).fragmentation),
  }
}

function pendingChart(findings: Findings): Chart | undefined {
  const all = findings.runs.flatMap(({ waitPercentiles }) => waitPercentiles)
  if (all.length === 0) return undefined
  const least = all.reduce((a, b) => Math.min(a, b))
  const lines = linesOf(
    findings,
    0,
    100,
    ({ waitPercentiles }) =>
      (place) =>
        waitPercentiles[Math.round(place)],
  )
  return {
    id: 'pending',
    title: 'How long pods waited',
    about: 'The share of the pods that were bound which were bound within a time since their creation.',
    x: logTimeAxis('virtual time from creation to bind, logarithmic', Math.max(least, 0.001), most(all)),
    y: linearAxis('pods bound by then (%)', 1, percent),
    lines: lines.map(({ label, colour, points }) => ({
      label,
      colour,
      points: points.map(([percentile, ms]) => [ms, percentile / 100] as const),
    })),
  }
}

function examinedChart(findings: Findings): Chart | undefined {
  const decisions = mostOf(findings, (timeline) => timeline.decisions)
  if (decisions === 0) return undefined
  const window = decisions / 40
  const lines = linesOf(findings, 0, decisions, ({ timeline }) =>
    growth(...rising(timeline.decisions, timeline.examined), window),
  )
  const highest = most(lines.flatMap(({ points }) => points.map(([, nodes]) => nodes)))
  return {
    id: 'examined',
    title: 'Nodes examined a pod',
    about: 'How many nodes a decision about a pod looked at, as decisions went on.',
    x: linearAxis('decisions made', decisions),
    y: linearAxis('nodes examined a decision', highest),
    lines,
  }
}

function hottestChart(findings: Findings): Chart | undefined {
  const placed = most(findings.runs.map(({ hottest }) => hottest.placed.at(-1) ?? 0))
  if (placed === 0) return undefined
  const highest = most(findings.runs.map(({ hottest }) => most(hottest.share)))
  return {
    id: 'hottest',
    title: 'The hottest node',
    about: 'Of the last 100 placements, the largest share that went to one node.',
    x: linearAxis('placements', placed),
    y: linearAxis('of the last 100 on one node (%)', highest, percent),
    lines: linesOf(findings, 0, placed, ({ hottest }) => heldUntilEnd(hottest.placed, hottest.share)),
  }
}

/** Without the moments at which nothing was decided. */
function rising(decisions: readonly number[], examined: readonly number[]): [number[], number[]] {
  const kept = decisions
    .map((_, index) => index)
    .filter((index) => index === 0 || decisions[index]! > decisions[index - 1]!)
  return [kept.map((index) => decisions[index]!), kept.map((index) => examined[index]!)]
}

function nodesChart(findings: Findings): Chart {
  const needed = linesOf(findings, 0, endOf(findings), ({ timeline }) => held(timeline.at, timeline.nodesNeeded))
  const highest = mostOf(findings, ({ nodesUsed }) => nodesUsed)
  return {
    id: 'nodes',
    title: 'Nodes in use',
    about: `Nodes with pods on them; the dashed line is the fewest that could hold what ${findings.schedulers[0]} has placed.`,
    x: timeAxis(since, endOf(findings)),
    y: linearAxis('nodes', Math.max(1, highest)),
    lines: [
      { label: 'the fewest that could do', colour: undefined, points: needed[0]?.points ?? [] },
      ...overTime(findings, ({ timeline }) => timeline.nodesUsed),
    ],
  }
}
