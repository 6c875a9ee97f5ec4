/** Whole conversations with a kube-apiserver v1.36.0, request by request. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type Cluster, createCluster, type KubeObject, type ResourceClient } from '../../../src/index.ts'
import { type Answer, answered, type Json, isTheirFault } from './answers.ts'
import { conversations, type Step } from './conversations.ts'
import { namesOf } from './realServer.ts'

const now = /2020-01-01T00:00:10Z/gu
const recorded = JSON.parse(
  readFileSync(fileURLToPath(new URL('recorded-conversations.json', import.meta.url)), 'utf8'),
) as Readonly<Record<string, readonly Answer[]>>
/** What differs on purpose, and why: by conversation, the steps, counted from 0. */
const known: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  'JSON patches do what RFC 6902 says, or nothing': {
    13: 'unknown fields are always refused',
    19: 'the body of a request is of its kind',
  },
  'server-side apply: managers, conflicts and force': {
    16: 'the name is looked at before conflicts are',
  },
  'names are given, generated, or refused': {
    5: 'upstream gives no reason',
    6: 'an object is made in the namespace that it names',
    14: 'upstream names the key in etcd',
  },
  'pods are resized through a subresource of its own': {
    52: 'a mirror pod has a service account',
  },
  'ephemeral containers are added and never changed': {
    2: 'upstream shows a diff',
    10: 'upstream shows a diff',
  },
  'lists are chosen by labels and fields': {
    22: 'a negative limit is refused',
  },
}

function take(cluster: Cluster, step: Step): Answer {
  const clientOf = (of: string): ResourceClient<KubeObject> => cluster.resource(of)
  const clientFor = (object: Json): ResourceClient<KubeObject> => {
    const { apiVersion, kind } = object as { apiVersion: string; kind: string }
    return clientOf(`${apiVersion}/${kind}`)
  }
  const done = (act: () => unknown): Answer => {
    const answer = answered(act, now)
    return 'refused' in answer ? answer : { lines: [] }
  }
  if ('create' in step) return answered(() => clientFor(step.create).create(step.create as never), now)
  if ('update' in step) return answered(() => clientFor(step.update).update(step.update as never), now)
  if ('status' in step) return answered(() => clientFor(step.status).updateStatus(step.status as never), now)
  if ('resize' in step) return answered(() => clientFor(step.resize).updateResize(step.resize as never), now)
  if ('ephemeralContainers' in step) {
    const { ephemeralContainers: given } = step
    return answered(() => clientFor(given).updateEphemeralContainers(given as never), now)
  }
  if ('patch' in step) {
    const { of, name, patch, type, ...options } = step
    return answered(() => clientOf(of).patch(name, patch as object, { type, ...options }), now)
  }
  if ('delete' in step) return done(() => clientOf(step.of).delete(step.delete, step.options))
  if ('get' in step) return answered(() => clientOf(step.of).get(step.get), now)
  if ('list' in step) {
    const { list, ...options } = step
    let names: readonly string[] = []
    const answer = done(() => (names = namesOf(JSON.parse(JSON.stringify(clientOf(list).list(options))) as Json)))
    return 'refused' in answer ? answer : { lines: names }
  }
  if ('scale' in step) return done(() => clientOf(step.of).scale(step.name, step.scale))
  return done(() => cluster.pods.evict(step.evict, step.options))
}

test.each(Object.entries(conversations))('%s', (title, steps) => {
  const cluster = createCluster({ nodes: 0 })
  cluster.advance('10s')
  const differ = steps.flatMap((step, number): unknown[] => {
    const ours = take(cluster, step)
    const theirs = recorded[title]![number]!
    const isAlike = JSON.stringify(ours) === JSON.stringify(theirs) || isTheirFault(theirs, ours)
    if (isAlike !== (known[title]?.[number] !== undefined)) return []
    return isAlike ? [`step ${number} is excused and does not differ`] : [{ number, step, ...difference(theirs, ours) }]
  })
  expect(differ).toEqual([])
})

function difference(theirs: Answer, ours: Answer): { theirs: unknown; ours: unknown } {
  if ('refused' in theirs || 'refused' in ours) return { theirs, ours }
  return {
    theirs: theirs.lines.filter((line) => !ours.lines.includes(line)),
    ours: ours.lines.filter((line) => !theirs.lines.includes(line)),
  }
}
