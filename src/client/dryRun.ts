import type { KubeObject } from '../api/meta.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { ApiServer } from '../registries/apiServer.ts'
import { metaAt } from '../registries/shapes.ts'

/** A copy of the API server and of all that it keeps: what is written there is written nowhere else. */
export interface ApiCopy {
  readonly kernel: Kernel
  readonly server: ApiServer
}

/** Makes one, at a cost that does not depend on what is kept; one for dry runs gives nothing away that others could need. */
export type CopyApi = (isDryRun: boolean) => ApiCopy

/** An object as a dry run answers it: at the version that it has, or at none where it would be new. */
export function answeredDry<T extends KubeObject>(object: T, previous: KubeObject | undefined): T {
  const { metadata } = object
  if (previous !== undefined) return { ...object, metadata: metaAt(metadata, previous.metadata.resourceVersion) }
  const { resourceVersion: _, ...unversioned } = metadata
  return { ...object, metadata: unversioned }
}
