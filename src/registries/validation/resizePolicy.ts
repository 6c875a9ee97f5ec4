/** Whether a container restarts when its resources change. Mirrors validateResizePolicy of core validation. */
import { duplicate, invalid } from '../../api/fieldErrors.ts'
import type { ContainerResizePolicy } from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { checkChoice } from './common.ts'

/** Upstream leaves out of the path which of the policies it is. */
export function checkResizePolicy(
  policies: readonly ContainerResizePolicy[] | undefined,
  podRestartPolicy: string | undefined,
  path: string,
  errors: Errors,
): void {
  if (policies === undefined) return
  for (const [i, { resourceName = '', restartPolicy = '' }] of policies.entries()) {
    const isRepeated = policies.findIndex((other) => (other.resourceName ?? '') === resourceName) < i
    if (isRepeated) errors.push(duplicate(`${path}[${i}]`, resourceName))
    checkChoice(errors, path, resourceName, ['cpu', 'memory'])
    checkChoice(errors, path, restartPolicy, ['NotRequired', 'RestartContainer'])
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      const detail = "must be 'NotRequired' when pod `restartPolicy` is 'Never'"
      errors.push(invalid(path, restartPolicy, detail))
    }
  }
}
