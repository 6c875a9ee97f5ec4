/** Roles and their bindings. Mirrors their describers in k8s.io/kubectl/pkg/describe/describe.go, and k8s.io/kubectl/pkg/util/rbac. */
import { byCodeUnit } from '../../api/order.ts'
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding } from '../../api/types/rbac.ts'
import { columns, field, goList, labelsAndAnnotations, type Lines, section } from './lines.ts'

export function describeRole({ metadata, rules = [] }: Role | ClusterRole): Lines {
  const rows = compacted(rules).map((rule) => [
    resourceText(rule),
    goList(rule.nonResourceURLs),
    goList(rule.resourceNames),
    goList(rule.verbs),
  ])
  return [
    field('Name', metadata.name),
    ...labelsAndAnnotations(metadata),
    ...section('PolicyRule', columns(['Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs'], rows)),
  ]
}

export function describeRoleBinding({ metadata, roleRef, subjects = [] }: RoleBinding | ClusterRoleBinding): Lines {
  const rows = subjects.map(({ kind, name, namespace }) => [kind, name, namespace])
  return [
    field('Name', metadata.name),
    ...labelsAndAnnotations(metadata),
    ...section('Role', [field('Kind', roleRef.kind), field('Name', roleRef.name)]),
    ...section('Subjects', columns(['Kind', 'Name', 'Namespace'], rows)),
  ]
}

/** `deployments.apps/scale` */
function resourceText({ resources = [], apiGroups = [] }: PolicyRule): string {
  const [resource = '', subresource] = (resources[0] ?? '').split(/\/(.*)/su)
  const group = apiGroups[0] ? `.${apiGroups[0]}` : ''
  return resources.length === 0 ? '' : `${resource}${group}${subresource === undefined ? '' : `/${subresource}`}`
}

/** One rule for each resource of a group and each name, with all its verbs, and one for each verb of a URL; in upstream's order. */
function compacted(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const simple = new Map<string, PolicyRule>()
  const urls: PolicyRule[] = []
  for (const rule of rules) {
    for (const one of simpleRules(rule)) {
      const key = JSON.stringify([one.apiGroups, one.resources, one.resourceNames])
      simple.set(key, { ...one, verbs: [...new Set([...(simple.get(key)?.verbs ?? []), ...one.verbs])] })
    }
    for (const url of rule.nonResourceURLs ?? []) {
      for (const verb of rule.verbs) urls.push({ nonResourceURLs: [url], verbs: [verb] })
    }
  }
  return [...urls, ...simple.values()].sort((a, b) => byCodeUnit(goText(a), goText(b)))
}

function simpleRules({ apiGroups = [], resources = [], resourceNames = [], verbs }: PolicyRule): PolicyRule[] {
  const names = resourceNames.length === 0 ? [undefined] : resourceNames.map((name) => [name])
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      names.map((name) => ({
        apiGroups: [group],
        resources: [resource],
        ...(name === undefined ? {} : { resourceNames: name }),
        verbs,
      })),
    ),
  )
}

/** What upstream sorts by. */
function goText({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): string {
  const lists = [verbs, apiGroups, resources, resourceNames, nonResourceURLs].map(goList)
  return `Verbs:${lists[0]},APIGroups:${lists[1]},Resources:${lists[2]},ResourceNames:${lists[3]},NonResourceURLs:${lists[4]},`
}
