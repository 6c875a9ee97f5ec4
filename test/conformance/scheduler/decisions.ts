import type { World } from './worlds.ts'

/** What a scheduler made of one pod: where it put it and what it gave to each node that suited, or why it found none. */
export type Decision =
  | { readonly message: string }
  /** `scores` by node: of every plugin that gave something, weight × score. There are none where one node suited. */
  | { readonly on: string; readonly scores: Readonly<Record<string, string>> }

export function scoreText(shares: readonly (readonly [plugin: string, points: number])[]): string {
  const given = shares.filter(([, points]) => points !== 0).map(([plugin, points]) => `${plugin} ${points}`)
  return given.sort().join(', ')
}

/** A pod as it is handed in, beside those that its owner has: `uids` by kind. */
export function manifestOf({ pod, owner }: World['pods'][number], uids: ReadonlyMap<string, string>): object {
  const { metadata, spec } = pod
  const ofOwner =
    owner === undefined
      ? []
      : [
          {
            apiVersion: owner === 'ReplicationController' ? 'v1' : 'apps/v1',
            kind: owner,
            name: owner.toLowerCase(),
            uid: uids.get(owner)!,
            controller: true,
          },
        ]
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, ownerReferences: ofOwner }, spec }
}
