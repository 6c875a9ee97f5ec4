import type { CowMap } from '../kernel/cow.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { PodKey } from './machines.ts'
import type { RetryMessage } from './messages.ts'

// pkg/kubelet/status/status_manager.go, syncPeriod; pkg/kubelet/pod_workers.go retries a failed sync after as long.
const retryMs = 10_000

/**
 * The pods about which something could not be said or done, and that are looked at again. However much fails of one
 * meanwhile, one look is to come: were each to be followed by its own, looks that fail twice would double.
 */
export class Retries {
  /** When a pod is looked at, by its uid. */
  private readonly due: CowMap<number>

  constructor(
    private readonly kernel: Kernel,
    private readonly kubelet: string,
  ) {
    this.due = kernel.memory.map('node.retries')
  }

  ask(node: number, { namespace, name, uid }: PodKey): void {
    if (this.due.has(uid)) return
    this.due.set(uid, this.kernel.now + retryMs)
    const message: RetryMessage = { type: 'retry', node, namespace, name, uid }
    this.kernel.schedule(this.kubelet, retryMs, 'timer', message)
  }

  /** The look has come. */
  begin(uid: string): void {
    this.due.delete(uid)
  }
}
