/** `wavetank/experiments`: the public names, listed by hand. */
export { experiment } from './experiment.ts'
export type { ClusterSource, ExperimentOptions, ExperimentProgress, ExperimentStep } from './options.ts'
export type { Quantity, RunResult } from './findings.ts'
export type { ExperimentResult } from './result.ts'
export type { ResultData, RunData, SummaryData } from './exports.ts'
export type { Measured, Metric, Unit } from './metrics/metric.ts'
export { type MilpSolver, optimalNodes, type OptimalNodesOptions } from './metrics/optimalNodes.ts'
export type { Run } from './run/run.ts'
export type { PodRecord } from './run/podRecord.ts'
export type { Over, ResourceTally } from './run/tallies.ts'
export type { ResourceLine, Timeline } from './run/timeline.ts'
export type { WallClock } from './run/stopwatch.ts'
export { studentT95, summarise, type Summary } from './statistics.ts'
export type { Arrival, Trace, Workload } from './workload.ts'
export { generated, type GeneratedOptions } from './workloads/generated.ts'
export type { ArrivalPhase, Arrivals } from './workloads/arrivals.ts'
export type { Lifetimes } from './workloads/lifetimes.ts'
export type { PodShape } from './workloads/shapes.ts'
export { merged, retimed, type RetimedOptions, shuffled } from './workloads/combined.ts'
export { inflated, type InflatedOptions } from './workloads/inflated.ts'
export { nodeManifests } from './workloads/nodes.ts'
export { partFull, type PartFullOptions } from './workloads/partFull.ts'
export type { Source } from './workloads/source.ts'
export { type OpenbFiles, type OpenbOptions, readOpenb } from './workloads/openb.ts'
export { openbGpuMilli } from './workloads/openbNames.ts'
export { readManifests, type ReadManifestsOptions } from './workloads/manifests.ts'
export { readSimkube, type ReadSimkubeOptions } from './workloads/simkube.ts'
export { type ObjectChanges, type ObjectTrace, playObjects, type TracedObject } from './workloads/objectTrace.ts'
export type { Architecture } from './architectures/architecture.ts'
export type { Gangs } from './architectures/checks.ts'
export type { Retry } from './architectures/deciding.ts'
export type { Decision, Decisions, Slowdown } from './architectures/decision.ts'
export type { JobArrival, JobKind, JobWorkload } from './architectures/jobs.ts'
export type { Offers } from './architectures/master.ts'
export { monolithic, type MonolithicOptions } from './architectures/monolithic.ts'
export type { ArchitectureOutcome, SchedulerOutcome, JobTimes, JobWaits } from './architectures/outcome.ts'
export type { MachineRoom, PlacementName, PlacementPolicy } from './architectures/policies.ts'
export {
  type Commit,
  type Conflicts,
  sharedState,
  type SharedScheduler,
  type SharedStateOptions,
} from './architectures/sharedState.ts'
export { simulateArchitecture, type SimulationOptions } from './architectures/simulate.ts'
export { type FrameworkOptions, twoLevel, type TwoLevelOptions } from './architectures/twoLevel.ts'
export type { TaskSize } from './architectures/cell.ts'
export type { CellShares, UsageSample } from './architectures/usage.ts'
export type { TaskEvent } from './architectures/world.ts'
export type { SchedulerPerfWorkload } from './schedulerPerf/plan.ts'
export { readSchedulerPerf, type ReadSchedulerPerfOptions } from './schedulerPerf/read.ts'
export type { MeasuredPhase, NamespaceEnd, SchedulerPerfReport, WallTimes } from './schedulerPerf/report.ts'
export { runSchedulerPerf, type RunSchedulerPerfOptions, type SchedulerPerfRun } from './schedulerPerf/run.ts'
export { compareArchitectures, type ComparisonOptions } from './architectures/compare.ts'
export type { ArchitectureComparison, ComparedMeasure, ComparedValue } from './architectures/comparison.ts'
export type { Question } from './architectures/comparisonMeasures.ts'
export {
  generatedJobs,
  type GeneratedJobsOptions,
  type JobShape,
  type JobSize,
  type TaskCounts,
} from './architectures/generatedJobs.ts'
export { jobsOf, type JobsOfOptions } from './architectures/jobsOf.ts'
