/** Which containers are started again. Mirrors ContainerShouldRestart of pkg/api/v1/pod/util.go. */
import type { Container, PodSpec } from './types/core.ts'

/** Whether an init container keeps running beside the others. */
export function isSidecar({ restartPolicy }: Container): boolean {
  return restartPolicy === 'Always'
}

/** Whether an app container that exited with this code is started again: its own rules and policy come first. */
export function restartsAfter(spec: PodSpec, container: Container, exitCode: number): boolean {
  if (ruleFor(container, exitCode) !== undefined) return true
  const policy = container.restartPolicy ?? spec.restartPolicy ?? 'Always'
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}

/** The same for an init container that is to end: one that has succeeded is done. */
export function initRestartsAfter(spec: PodSpec, container: Container, exitCode: number): boolean {
  if (exitCode === 0) return false
  return ruleFor(container, exitCode) !== undefined || (container.restartPolicy ?? spec.restartPolicy) !== 'Never'
}

/** Whether that has all containers of its pod started again. */
export function restartsAll(container: Container, exitCode: number): boolean {
  return ruleFor(container, exitCode) === ALL
}

/** Whether a container of the pod may have all of them started again. */
export function mayRestartAll({ containers, initContainers }: PodSpec): boolean {
  return containers.some(hasRuleForAll) || initContainers?.some(hasRuleForAll) === true
}

const ALL = 'RestartAllContainers'

function hasRuleForAll({ restartPolicyRules }: Container): boolean {
  return restartPolicyRules?.some(({ action }) => action === ALL) === true
}

/** What the first rule that matches has done. */
function ruleFor({ restartPolicyRules }: Container, exitCode: number): string | undefined {
  if (restartPolicyRules === undefined) return undefined
  return restartPolicyRules.find(({ exitCodes }) => {
    if (exitCodes === undefined) return false
    const isListed = exitCodes.values?.includes(exitCode) ?? false
    return exitCodes.operator === 'In' ? isListed : !isListed
  })?.action
}
