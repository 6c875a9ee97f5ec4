import type { ControlLoop } from '../client/controller.ts'
import { cleanUp } from './deployment/cleanup.ts'
import { controllerOrOrphan } from './controlled.ts'
import { claim, deploymentsOf } from './deployment/claims.ts'
import { isRolling } from './deployment/limits.ts'
import { reportPause } from './deployment/pausing.ts'
import { isComplete, reportCounts, reportProgress } from './deployment/progress.ts'
import { emptyOld, oldPodsRun } from './deployment/recreate.ts'
import { isResized, resize } from './deployment/resize.ts'
import { syncRevision } from './deployment/revisions.ts'
import { rollOn } from './deployment/rolling.ts'
import { asked, sorted, type Sets } from './deployment/sets.ts'
import { deployments, isCurrent, replicaSets, scaleSet, type Turn } from './deployment/turn.ts'
import { seesOwnWrites } from './ownWrites.ts'

/**
 * Brings the pods of a Deployment from template to template by way of replica sets, one a template. Mirrors
 * pkg/controller/deployment/deployment_controller.go.
 */
export const deploymentController: ControlLoop = {
  name: 'deployment-controller',
  watches: [{ kind: deployments }, { kind: replicaSets, keys: deploymentsOf, index: controllerOrOrphan }],
  reconcile(key, context) {
    const deployment = context.cache.get(deployments, key)
    if (deployment === undefined) {
      context.memory.delete(key)
      return
    }
    if (!seesOwnWrites(key, context) || !isCurrent(deployment, context)) return
    const turn: Turn = { key, deployment, context }
    const claimed = claim(turn)
    if (claimed === undefined) return
    return sync(turn, sorted(deployment, claimed))
  },
}

type Outcome = ReturnType<ControlLoop['reconcile']>

function sync(turn: Turn, sets: Sets): Outcome {
  if (turn.deployment.metadata.deletionTimestamp !== undefined)
    return reportCounts(turn, syncRevision(turn, sets, false))
  reportPause(turn)
  if (turn.deployment.spec.paused === true) return holdStill(turn, sets)
  const known = syncRevision(turn, sets, false)
  if (isResized(turn.deployment, known)) return holdStill(turn, known)
  return isRolling(turn.deployment) ? roll(turn, known) : recreate(turn, known)
}

/** Paused, or scaled: sizes follow, templates do not. */
function holdStill(turn: Turn, sets: Sets): Outcome {
  const known = syncRevision(turn, sets, false)
  resize(turn, known)
  if (turn.deployment.spec.paused === true) cleanUp(turn, known.old)
  return reportCounts(turn, known)
}

function roll(turn: Turn, sets: Sets): Outcome {
  const known = syncRevision(turn, sets, true)
  if (!rollOn(turn, known)) tidy(turn, known)
  return reportProgress(turn, known)
}

function recreate(turn: Turn, sets: Sets): Outcome {
  if (emptyOld(turn, sets.old) || oldPodsRun(sets.old)) return reportProgress(turn, sets)
  const known = syncRevision(turn, sets, true)
  const current = known.current!
  const wanted = turn.deployment.spec.replicas ?? 1
  if (asked(current) !== wanted) scaleSet(turn, current, wanted)
  tidy(turn, known)
  return reportProgress(turn, known)
}

/** Once all is rolled out, former revisions beyond the limit go. */
function tidy(turn: Turn, { old }: Sets): void {
  if (isComplete(turn.deployment, turn.deployment.status)) cleanUp(turn, old)
}
