/** Services. Mirrors pkg/registry/core/service/strategy.go. */
import { formatLabels } from '../api/selectors.ts'
import { listOrNone, orNone } from '../api/table.ts'
import type { Service } from '../api/types/core.ts'
import { serviceAllocation } from './allocation/services.ts'
import { ageColumn, loadBalancerAddresses, nameColumn } from './columns/common.ts'
import { defaultService } from './defaults/services.ts'
import { prepareServiceForCreate, prepareServiceForUpdate } from './defaults/serviceUpdates.ts'
import type { ResourceDefinition } from './definition.ts'
import { validateService, validateServiceUpdate } from './validation/services.ts'

export const services: ResourceDefinition<Service> = {
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  verbs: ['create', 'get', 'list', 'watch', 'update', 'status', 'patch', 'delete'],
  nameRule: 'label',
  defaults: defaultService,
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  allocation: serviceAllocation,
  prepareForCreate: prepareServiceForCreate,
  prepareForUpdate: prepareServiceForUpdate,
  fields: {
    'spec.clusterIP': (service) => service.spec.clusterIP ?? '',
    'spec.type': (service) => service.spec.type ?? '',
  },
  columns: [
    nameColumn(),
    { name: 'Type', cell: (service) => service.spec.type ?? '' },
    { name: 'Cluster-IP', cell: (service) => orNone(service.spec.clusterIP) },
    { name: 'External-IP', cell: externalCell },
    { name: 'Port(s)', cell: portsCell },
    ageColumn(),
    { name: 'Selector', priority: 1, cell: (service) => formatLabels(service.spec.selector) },
  ],
}

/** Mirrors getServiceExternalIP of pkg/printers/internalversion/printers.go. */
function externalCell(service: Service): string {
  const given = service.spec.externalIPs ?? []
  if (service.spec.type === 'ExternalName') return orNone(service.spec.externalName)
  if (service.spec.type !== 'LoadBalancer') return listOrNone(given)
  const all = [...loadBalancerAddresses(service.status), ...given]
  return all.length === 0 ? '<pending>' : all.join(',')
}

function portsCell(service: Service): string {
  const ports = (service.spec.ports ?? []).map(({ port, nodePort, protocol }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  )
  return listOrNone(ports)
}
