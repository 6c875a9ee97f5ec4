/**
 * What a status says that a container wrote when it ended. Mirrors getTerminationMessage of
 * pkg/kubelet/kuberuntime/kuberuntime_container.go and its limits in pkg/kubelet/container/runtime.go.
 */
import type { Container } from '../api/types/core.ts'
import type { ResolvedBehaviour } from './behaviour.ts'

const maxMessage = 4096
const maxLogLength = 2048
const maxLogLines = 80

/** `isOwn`: the container exited of itself. Empty where it had nothing to say. */
export function terminationMessage(
  { terminationMessagePolicy }: Container,
  { message, log }: ResolvedBehaviour,
  exitCode: number,
  isOwn: boolean,
): string {
  if (isOwn && message !== '') return message.slice(0, maxMessage)
  if (terminationMessagePolicy !== 'FallbackToLogsOnError' || exitCode === 0 || log.length === 0) return ''
  return `${log.slice(-maxLogLines).join('\n')}\n`.slice(-maxLogLength)
}
