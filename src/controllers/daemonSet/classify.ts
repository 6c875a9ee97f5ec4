/** What a node counts as for a daemon set: a function of what stands there, and of time where pods have to be ready for long. */
import { hasEnded } from '../../api/podPhase.ts'
import { scaledUp } from '../../api/intOrPercent.ts'
import type { DaemonSet } from '../../api/types/apps.ts'
import type { Pod } from '../../api/types/core.ts'
import { untilAvailable } from '../podRank.ts'
import { isStaying, oldestFirst, visible } from './podState.ts'

/** The label of pods and revisions that says which template they are of. */
export const hashLabel = 'controller-revision-hash'
const generationLabel = 'pod-template-generation'
const generationAnnotation = 'deprecated.daemonset.template.generation'

/** A node, or a node that is gone and of which pods are left, and the pods that are there or meant for it. */
export interface Place {
  readonly name: string
  /** Whether there is such a node. */
  isNode: boolean
  isToRun: boolean
  mayStay: boolean
  /** All that are the daemon set's, by name. */
  pods: readonly Pod[]
  /** What it counts as, of `bits`. */
  state: number
}

/** What is counted, as bits. */
export const bits = {
  /** What the status says. */
  desired: 1,
  current: 2,
  misscheduled: 4,
  updated: 8,
  ready: 16,
  available: 32,
  /** There is something to make or to delete, whatever the update strategy says. */
  acts: 64,
  /** There is a pod of a former template. */
  rolls: 128,
  /** … which is not available, and alone. */
  rollsFreely: 256,
  /** What of `maxUnavailable` is used up. */
  lacks: 512,
  /** What of `maxSurge` is used up. */
  surges: 1024,
  /** Somebody is available, of whatever template. */
  served: 2048,
  /** A pod is ready and will be available. */
  waits: 4096,
} as const

/** By what pods are judged. */
export interface Template {
  readonly hash: string
  /** How often the template has changed, as the API server counts it. */
  readonly generation: string | undefined
  /** Whether there may be two pods on a node for a while. */
  readonly surges: boolean
  /** Whether a pod is of the template as it is now. */
  readonly isUpdated: (pod: Pod) => boolean
  /** Milliseconds until a pod that is ready counts as available; 0 once it does, undefined while it is not ready. */
  readonly wait: (pod: Pod, now: number) => number | undefined
}

export function templateFor({ metadata, spec }: DaemonSet, hash: string): Template {
  const said = metadata.annotations?.[generationAnnotation]
  const generation = said !== undefined && /^-?\d+$/u.test(said) ? said : undefined
  const minReadyMs = (spec.minReadySeconds ?? 0) * 1000
  const { type, rollingUpdate } = spec.updateStrategy ?? {}
  return {
    hash,
    generation,
    surges: type === 'RollingUpdate' && scaledUp(rollingUpdate?.maxSurge, 1) > 0,
    isUpdated: ({ metadata: { labels } }) =>
      labels?.[hashLabel] === hash || (generation !== undefined && labels?.[generationLabel] === generation),
    wait: (pod, now) => untilAvailable(pod, minReadyMs, now),
  }
}

/** The labels by which pods are told to be of a template: CreatePodTemplate. */
export function labelsOf({ hash, generation }: Template): Readonly<Record<string, string>> {
  return { ...(generation === undefined ? {} : { [generationLabel]: generation }), [hashLabel]: hash }
}

/** The pod of the template on a node, and the one of a former template; undefined where there are more than one of each. */
export interface Pair {
  readonly young: Pod | undefined
  readonly old: Pod | undefined
}

export function pairOf(pods: readonly Pod[], { isUpdated }: Template): Pair | undefined {
  let young: Pod | undefined
  let old: Pod | undefined
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined) continue
    if (isUpdated(pod)) {
      if (young !== undefined) return undefined
      young = pod
    } else {
      if (old !== undefined) return undefined
      old = pod
    }
  }
  return { young, old }
}

/** What a place counts as, of `bits`. */
export function classify(place: Place, template: Template, now: number): number {
  const pods = visible(place.pods)
  const waits = pods.some((pod) => (template.wait(pod, now) ?? 0) > 0) ? bits.waits : 0
  const state = reported(place, pods, template, now) | waits | (acts(place, pods, template) ? bits.acts : 0)
  return place.isToRun || pods.length > 0 ? state | rolling(pods, template, now) : state
}

function reported({ isNode, isToRun }: Place, pods: readonly Pod[], template: Template, now: number): number {
  if (!isNode) return 0
  if (!isToRun) return pods.length > 0 ? bits.misscheduled : 0
  if (pods.length === 0) return bits.desired
  const pod = pods.length === 1 ? pods[0]! : [...pods].sort(oldestFirst)[0]!
  const wait = template.wait(pod, now)
  return (
    bits.desired |
    bits.current |
    (template.isUpdated(pod) ? bits.updated : 0) |
    (wait === undefined ? 0 : bits.ready) |
    (wait === 0 ? bits.available : 0)
  )
}

function acts({ isNode, isToRun, mayStay }: Place, pods: readonly Pod[], { surges }: Template): boolean {
  if (!isNode) return pods.some((pod) => !pod.spec.nodeName && isStaying(pod))
  if (!mayStay) return pods.some(isStaying)
  if (pods.length === 0) return isToRun
  const staying = pods.filter(isStaying)
  return staying.length > 1 || staying.some(hasEnded) || (staying.length === 0 && surges && isToRun)
}

/** A pod that is on its way out is unavailable nowhere, so that roll-outs go on while nodes are down. */
function rolling(pods: readonly Pod[], template: Template, now: number): number {
  const pair = pairOf(pods, template)
  if (pair === undefined) return bits.lacks | bits.surges
  const { young, old } = pair
  const isAvailable = (pod: Pod | undefined): boolean => pod !== undefined && template.wait(pod, now) === 0
  const isYoungAvailable = isAvailable(young)
  const isOldAvailable = isAvailable(old)
  const served = (old === undefined ? isYoungAvailable : isOldAvailable) ? bits.served : 0
  if (old === undefined) return served | (isYoungAvailable ? 0 : bits.lacks)
  if (young !== undefined) return served | bits.rolls | bits.lacks | (isYoungAvailable ? 0 : bits.surges)
  return served | bits.rolls | (isOldAvailable ? 0 : bits.rollsFreely | bits.lacks)
}
