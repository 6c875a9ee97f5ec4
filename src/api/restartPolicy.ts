/** Which containers are started again. Mirrors ContainerShouldRestart of pkg/api/v1/pod/util.go. */
import type { Container, PodSpec } from './types/core.ts'

/** Whether an app container that exited with this code is started again: its own rules and policy come first. */
export function restartsAfter(spec: PodSpec, container: Container, exitCode: number): boolean {
  if (hasRuleFor(container, exitCode)) return true
  const policy = container.restartPolicy ?? spec.restartPolicy ?? 'Always'
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}

/** The same for an init container that is to end: one that has succeeded is done. */
export function initRestartsAfter(spec: PodSpec, container: Container, exitCode: number): boolean {
  if (exitCode === 0) return false
  return hasRuleFor(container, exitCode) || (container.restartPolicy ?? spec.restartPolicy) !== 'Never'
}

function hasRuleFor({ restartPolicyRules }: Container, exitCode: number): boolean {
  if (restartPolicyRules === undefined) return false
  return restartPolicyRules.some(({ action, exitCodes }) => {
    if (action !== 'Restart' || exitCodes === undefined) return false
    const isListed = exitCodes.values?.includes(exitCode) ?? false
    return exitCodes.operator === 'In' ? isListed : !isListed
  })
}
