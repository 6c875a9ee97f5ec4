/**
 * PriorityClasses. Mirrors pkg/registry/scheduling/priorityclass/strategy.go, pkg/apis/scheduling/validation and what
 * plugin/pkg/admission/priority says of classes.
 */
import { forbidden as refused } from '../api/errors.ts'
import { forbidden, immutable } from '../api/fieldErrors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import type { PriorityClass } from '../api/types/scheduling.ts'
import { ageColumn, nameColumn } from './columns/common.ts'
import type { ResourceDefinition, Surroundings } from './definition.ts'
import { checkChoice } from './validation/common.ts'

export const PRIORITY_CLASSES = 'priorityclasses.scheduling.k8s.io'
const HIGHEST_OF_USERS = 1_000_000_000
const NO_CHANGE = 'may not be changed in an update.'

type SystemClass = Required<Pick<PriorityClass, 'value' | 'description'>> & { readonly name: string }

/** What every cluster has from the beginning: systemPriorityClasses of pkg/apis/scheduling/v1/helpers.go. */
export const systemPriorityClasses: readonly SystemClass[] = Object.freeze([
  {
    name: 'system-node-critical',
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  {
    name: 'system-cluster-critical',
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
])

export const priorityClasses: ResourceDefinition<PriorityClass> = {
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  namespaced: false,
  verbs: ['create', 'get', 'list', 'watch', 'update', 'patch', 'delete'],
  nameRule: 'subdomain',
  defaults,
  validate,
  validateUpdate,
  admit,
  hasGeneration: true,
  shapesSpecs: true,
  columns: [
    nameColumn(),
    { name: 'Value', cell: ({ value }) => String(value) },
    { name: 'Global-Default', cell: ({ globalDefault }) => String(globalDefault ?? false) },
    ageColumn(),
    { name: 'PreemptionPolicy', cell: ({ preemptionPolicy }) => preemptionPolicy ?? '' },
  ],
}

function defaults(object: PriorityClass): PriorityClass {
  if (object.preemptionPolicy !== undefined && object.value !== undefined) return object
  return { ...object, preemptionPolicy: object.preemptionPolicy ?? 'PreemptLowerPriority', value: object.value ?? 0 }
}

/** An update can change too little to be wrong in these ways: its own rules are all that is asked of it. */
function validate(object: PriorityClass, previous?: PriorityClass): readonly FieldError[] {
  const errors: FieldError[] = []
  if (previous !== undefined) return errors
  const { value = 0, preemptionPolicy, metadata } = object
  if (metadata.name?.startsWith('system-')) {
    const unlike = unlikeSystem(object)
    const detail = "priority class names with 'system-' prefix are reserved for system use only. error: "
    if (unlike !== undefined) errors.push(forbidden('metadata.name', detail + unlike))
  } else if (value > HIGHEST_OF_USERS) {
    errors.push(forbidden('value', `maximum allowed value of a user defined priority is ${HIGHEST_OF_USERS}`))
  }
  checkChoice(errors, 'preemptionPolicy', preemptionPolicy, ['PreemptLowerPriority', 'Never'])
  return errors
}

/** What tells a class from the system's class of this name; undefined when nothing does. */
function unlikeSystem({ metadata, value, globalDefault }: PriorityClass): string | undefined {
  const { name } = metadata
  const known = systemPriorityClasses.find((system) => system.name === name)
  if (known === undefined) return `${name} is not a known system priority class`
  if (known.value !== value) return `value of ${name} PriorityClass must be ${known.value}`
  return globalDefault === true ? `globalDefault of ${name} PriorityClass must be false` : undefined
}

function validateUpdate(next: PriorityClass, previous: PriorityClass): readonly FieldError[] {
  const errors: FieldError[] = []
  if (next.value !== previous.value) errors.push(forbidden('value', NO_CHANGE))
  if (next.preemptionPolicy !== previous.preemptionPolicy)
    errors.push(immutable('preemptionPolicy', next.preemptionPolicy))
  return errors
}

/** At most one class is the default. */
function admit(object: PriorityClass, previous: PriorityClass | undefined, around: Surroundings): void {
  if (object.globalDefault !== true) return
  const { name } = object.metadata
  const taken = defaultPriorityClass(around)?.metadata.name
  if (taken === undefined || (previous !== undefined && taken === name)) return
  const why = `PriorityClass ${taken} is already marked as default. Only one default can exist`
  throw refused('priorityclasses', name, why, 'scheduling.k8s.io')
}

/** The class of pods that name none; of several the lowest, as upstream. */
export function defaultPriorityClass(around: Surroundings): PriorityClass | undefined {
  let found: PriorityClass | undefined
  for (const each of around.list<PriorityClass>(PRIORITY_CLASSES)) {
    if (each.globalDefault === true && (found === undefined || (each.value ?? 0) < (found.value ?? 0))) found = each
  }
  return found
}
