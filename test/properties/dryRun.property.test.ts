import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cluster, createCluster, replay } from '../../src/index.ts'
import { act, type Action, actions, options, tries } from './world.ts'

type Call = (...args: unknown[]) => unknown

/** At which place each write takes its options, at the latest. */
const writes: Readonly<Record<string, number>> = {
  create: 1,
  update: 2,
  updateResize: 2,
  scale: 2,
  patch: 2,
  delete: 1,
}

/** The same clients to somebody who only asks: every write is a dry run, and nothing can be done that is none. */
function dryly(cluster: Cluster): Cluster {
  const asking = (client: object): object =>
    new Proxy(client, {
      get(target, method) {
        const call = Reflect.get(target, method, target) as Call
        const place = writes[String(method)]
        if (place === undefined) return ['get', 'find', 'list'].includes(String(method)) ? call : () => {}
        return (...args: unknown[]) => {
          const at = place === 2 && typeof args[0] !== 'string' ? 1 : place
          const given = Array.from({ length: at }, (_, index) => args[index])
          return call(...given, { ...(args[at] as object | undefined), dryRun: ['All'] })
        }
      },
    })
  return new Proxy(cluster, {
    get(target, name) {
      if (name === 'apply') return (input: unknown) => target.apply(input, { dryRun: ['All'] })
      const value = Reflect.get(target, name, target) as unknown
      return typeof value === 'object' && value !== null && 'updateStatus' in value ? asking(value) : undefined
    },
  })
}

/** What is done by requests, each of which can be a dry run. */
function isAsked({ do: what }: Action): boolean {
  const others = ['advance', 'settle', 'fault', 'kill', 'heal', 'crash', 'restart']
  return !others.includes(what)
}

test('dry runs leave no trace: what is tried first, once or twice, is then as if it had not been', () => {
  const times = fc.array(fc.nat(2), { minLength: 1, maxLength: 7 })
  fc.assert(
    fc.property(actions, times, (list, counts) => {
      const [tried, plain] = [createCluster(options), createCluster(options)]
      const dry = dryly(tried)
      for (const [index, one] of list.entries()) {
        if (isAsked(one)) for (let left = counts[index % counts.length]!; left > 0; left--) act(dry, one)
        act(tried, one)
        act(plain, one)
      }
      expect(tried.historyHash()).toBe(plain.historyHash())
      expect(tried.save()).toBe(plain.save())
      expect(replay(tried.journal).historyHash()).toBe(plain.historyHash())
    }),
    tries(15),
  )
})
