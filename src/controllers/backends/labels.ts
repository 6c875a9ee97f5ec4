import type { Service } from '../../api/types/core.ts'

const headless = 'service.kubernetes.io/headless'

/** The labels that endpoints take over from their service, and whether that has an address. */
export function labelsOf({ metadata, spec }: Service): Readonly<Record<string, string>> {
  const { [headless]: _said, ...labels } = metadata.labels ?? {}
  return spec.clusterIP === 'None' ? { ...labels, [headless]: '' } : labels
}
