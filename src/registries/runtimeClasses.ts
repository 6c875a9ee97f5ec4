/** RuntimeClasses. Mirrors pkg/registry/node/runtimeclass/strategy.go and pkg/apis/node/validation/validation.go. */
import { duplicate, immutable, required } from '../api/fieldErrors.ts'
import { internally, type InternalForm } from '../api/internalForm.ts'
import { validateLabels } from '../api/metaValidation.ts'
import type { Toleration } from '../api/types/core.ts'
import type { RuntimeClass } from '../api/types/node.ts'
import { ageColumn, nameColumn } from './columns/common.ts'
import { defineResource } from './defineResource.ts'
import type { ResourceDefinition } from './definition.ts'
import { checkLabel, type Errors } from './validation/common.ts'
import { checkRequirements } from './validation/resources.ts'
import { checkTolerations } from './validation/scheduling.ts'

export const RUNTIME_CLASSES = 'runtimeclasses.node.k8s.io'

const TOLERATION: InternalForm = { Key: '', Operator: '', Value: '', Effect: '', TolerationSeconds: null }

export const runtimeClasses: ResourceDefinition<RuntimeClass> = defineResource<RuntimeClass>({
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  namespaced: false,
  updatesNeedVersion: true,
  anyFinalizer: true,
  shapesSpecs: true,
  check,
  checkUpdate: (next, previous, errors) => {
    if (next.handler !== previous.handler) errors.push(immutable('handler', next.handler))
  },
  columns: [nameColumn(), { name: 'Handler', cell: ({ handler }) => handler }, ageColumn()],
})

function check({ handler, overhead, scheduling }: RuntimeClass, errors: Errors): void {
  if (!handler) errors.push(required('handler'))
  else checkLabel(errors, 'handler', handler)
  if (overhead?.podFixed) checkRequirements({ limits: overhead.podFixed }, undefined, 'overhead', errors)
  validateLabels(scheduling?.nodeSelector, 'scheduling.nodeSelector', errors)
  const { tolerations = [] } = scheduling ?? {}
  checkTolerations(tolerations, 'scheduling.tolerations', errors)
  const seen = new Set<string>()
  for (const [i, toleration] of tolerations.entries()) {
    const known = keyOf(toleration)
    if (seen.has(known)) errors.push(duplicate(`scheduling.tolerations[${i}]`, internally(toleration, TOLERATION)))
    seen.add(known)
  }
}

function keyOf({ key = '', operator = '', value = '', effect = '' }: Toleration): string {
  return JSON.stringify([key, operator, value, effect])
}
