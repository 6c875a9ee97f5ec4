// The simplest use, type-checked against the packed declarations with two versions of TypeScript.
import { createCluster, isStatusError } from 'wavetank'

export function phaseOfOnePod(): string | undefined {
  const cluster = createCluster({ seed: 1, nodes: 1 })
  cluster.pods.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'web', image: 'nginx' }] },
  })
  cluster.advance('10s')
  return cluster.pods.get('web').status.phase
}

export function reasonOfAMissingPod(): string | undefined {
  try {
    createCluster({ seed: 1, nodes: 1 }).pods.get('nobody')
    return undefined
  } catch (error) {
    return isStatusError(error, 'NotFound') ? error.reason : undefined
  }
}

// @ts-expect-error A misspelt option is a type error.
createCluster({ sed: 1 })

// @ts-expect-error What was read cannot be written to.
createCluster().pods.get('web').metadata.name = 'other'
