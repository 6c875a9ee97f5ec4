/** What pods' and templates' descriptions share. Mirrors DescribePodTemplate of k8s.io/kubectl/pkg/describe/describe.go. */
import { formatLabelSelector } from '../../api/selectors.ts'
import { byCodeUnit } from '../../api/order.ts'
import type { PodSchedulingGroup, PodSpec, PodTemplateSpec, Toleration } from '../../api/types/core.ts'
import { containerLines } from './containers.ts'
import { annotations, field, fieldOfLines, labels, type Lines, optional } from './lines.ts'
import { volumeLines } from './volumes.ts'

const SPACE = '  '

export function templateLines(template: PodTemplateSpec | undefined): Lines {
  if (template === undefined) return ['Pod Template:', '  <unset>']
  const { metadata = {}, spec } = template
  const { initContainers = [], priorityClassName, serviceAccountName } = spec
  return [
    'Pod Template:',
    ...labels('  Labels', metadata.labels),
    ...(Object.keys(metadata.annotations ?? {}).length === 0 ? [] : annotations('  Annotations', metadata.annotations)),
    ...optional('  Service Account', serviceAccountName),
    ...(initContainers.length === 0
      ? []
      : containerLines({ title: 'Init Containers', containers: initContainers, space: SPACE })),
    ...containerLines({ title: 'Containers', containers: spec.containers, space: SPACE }),
    ...volumeLines(spec.volumes, SPACE),
    ...spreadLines(spec.topologySpreadConstraints, SPACE),
    ...optional('  Priority Class Name', priorityClassName),
    ...labels('  Node-Selectors', spec.nodeSelector),
    ...tolerationLines('  Tolerations', spec.tolerations),
    ...groupLines(spec.schedulingGroup, SPACE),
  ]
}

export function tolerationLines(title: string, tolerations: readonly Toleration[] = []): Lines {
  const sorted = [...tolerations].sort((a, b) => byCodeUnit(a.key ?? '', b.key ?? ''))
  return fieldOfLines(title, sorted.map(tolerationText))
}

function tolerationText({ key = '', value = '', effect = '', operator, tolerationSeconds }: Toleration): string {
  const what = `${key}${value === '' ? '' : `=${value}`}${effect === '' ? '' : `:${effect}`}`
  const exists = operator === 'Exists' && value === '' ? `${what === '' ? '' : ' '}op=Exists` : ''
  return `${what}${exists}${tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`}`
}

export function spreadLines(constraints: PodSpec['topologySpreadConstraints'] = [], space: string): Lines {
  if (constraints.length === 0) return []
  const texts = [...constraints]
    .sort((a, b) => byCodeUnit(a.topologyKey, b.topologyKey))
    .map(({ topologyKey, whenUnsatisfiable, maxSkew, labelSelector }) => {
      const chosen =
        labelSelector === undefined ? '' : ` for selector ${formatLabelSelector(labelSelector) || '<none>'}`
      return `${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${chosen}`
    })
  return fieldOfLines(`${space}Topology Spread Constraints`, texts)
}

export function groupLines(group: PodSchedulingGroup | undefined, space: string): Lines {
  return group === undefined ? [] : [`${space}SchedulingGroup:`, `  ${field('PodGroupName', group.podGroupName)}`]
}
