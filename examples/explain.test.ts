import { expect, test } from 'vitest'
import { explain } from './explain.ts'

test('an explanation says who refuses, what the others score, who bound a pod and what would be', () => {
  const told: string[] = []
  explain((text) => told.push(text))
  expect(told.join('\n')).toBe(`# Where would it go? Nothing has reacted yet.
pod default/web waits for default-scheduler: it would be put on small-1; the scheduler has not heard of it yet
strategy bestFit looks at 3 of 3 nodes, policy leastAllocated; 2 suit

NODE      SCORE   TaintToleration   NodeResourcesFit   NodeResourcesBalancedAllocation
small-1   454     3 × 100           84                 70
small-0   404     3 × 100           34                 70

REFUSED BY        BECAUSE                            TIMES   NODES
TaintToleration   node(s) had untolerated taint(s)   1       large-0

# Who put it there?
pod default/web is on small-1: default-scheduler put it there at 2020-01-01T00:00:01Z

# Why is this one on no node?
pod default/train waits for default-scheduler: no node suits it, one decision failed
strategy bestFit looks at 3 of 3 nodes, policy leastAllocated; none suit
0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.

REFUSED BY         BECAUSE                            TIMES   NODES
TaintToleration    node(s) had untolerated taint(s)   1       large-0
NodeResourcesFit   Insufficient cpu                   2       small-0, small-1

# And if it tolerated the taint? A fork knows.
pod default/train-2 waits for default-scheduler: it would be put on large-0; the scheduler has not heard of it yet`)
})
