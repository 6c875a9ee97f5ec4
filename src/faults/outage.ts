import type { FaultDefinition } from './fault.ts'

/** The API server is down: nobody gets through to it, those outside the cluster included, and no watch tells anything. */
export interface StopApiServer {
  readonly type: 'stopApiServer'
}

export const stopApiServer: FaultDefinition<StopApiServer> = {
  type: 'stopApiServer',
  fields: [],
  check: () => {},
  begin({ environment }, _fault, id) {
    const message = 'dial tcp 10.96.0.1:443: connect: connection refused'
    environment.disturbances.add({ id, whose: undefined, type: 'unreachable', message })
  },
  heal({ environment }, _fault, id) {
    environment.disturbances.remove(id)
    environment.watches.resume()
  },
  say: () => 'the API server is down',
}

/** etcd has lost its quorum: everything can be read, nothing can be written. */
export interface LoseQuorum {
  readonly type: 'loseQuorum'
}

export const loseQuorum: FaultDefinition<LoseQuorum> = {
  type: 'loseQuorum',
  fields: [],
  check: () => {},
  begin: ({ environment }, _fault, id) => environment.disturbances.add({ id, whose: undefined, type: 'readOnly' }),
  heal: ({ environment }, _fault, id) => environment.disturbances.remove(id),
  say: () => 'etcd has no quorum: nothing can be written',
}
