/** Which storage drivers a node has. Mirrors describeCSINode of k8s.io/kubectl/pkg/describe/describe.go. */
import type { CSINode, CSINodeDriver } from '../../api/types/storage.ts'
import { field, goList, labelsAndAnnotations, type Lines, moment, section } from './lines.ts'

export function describeCSINode({ metadata, spec: { drivers } }: CSINode): Lines {
  return [
    field('Name', metadata.name),
    ...labelsAndAnnotations(metadata),
    field('CreationTimestamp', moment(metadata.creationTimestamp)),
    ...section('Spec', drivers === undefined ? [] : section('Drivers', drivers.flatMap(driverLines))),
  ]
}

function driverLines({ name, nodeID, allocatable, topologyKeys }: CSINodeDriver): Lines {
  const count = allocatable?.count
  return section(name, [
    field('Node ID', nodeID),
    ...(count === undefined ? [] : section('Allocatables', [field('Count', count)])),
    ...(topologyKeys === undefined ? [] : [field('Topology Keys', goList(topologyKeys))]),
  ])
}
