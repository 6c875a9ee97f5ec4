/** Network policies. Mirrors describeNetworkPolicySpec of k8s.io/kubectl/pkg/describe/describe.go. */
import { formatLabelSelector } from '../../api/selectors.ts'
import { parseTime, rfc3339 } from '../../api/time.ts'
import type { LabelSelector } from '../../api/types/meta.ts'
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../api/types/networking.ts'
import { field, indented, labelsAndAnnotations, type Lines } from './lines.ts'

export function describeNetworkPolicy({ metadata, spec }: NetworkPolicy): Lines {
  const { podSelector = {}, policyTypes = [], ingress = [], egress = [] } = spec
  return [
    field('Name', metadata.name),
    field('Namespace', metadata.namespace),
    field('Created on', createdText(metadata.creationTimestamp)),
    ...labelsAndAnnotations(metadata),
    'Spec:',
    ...indented([
      `PodSelector:     ${formatLabelSelector(podSelector) || '<none> (Allowing the specific traffic to all pods in this namespace)'}`,
      ...directionLines(
        'ingress',
        policyTypes.includes('Ingress'),
        ingress.map(({ from, ports }) => ruleLines(['From', 'source'], from, ports)),
      ),
      ...directionLines(
        'egress',
        policyTypes.includes('Egress'),
        egress.map(({ to, ports }) => ruleLines(['To', 'destination'], to, ports)),
      ),
      `Policy Types: ${policyTypes.join(', ') || '<none>'}`,
    ]),
  ]
}

/** A time as Go prints it. */
function createdText(time: string): string {
  const at = parseTime(time)
  return at === undefined ? '' : `${rfc3339(at).replace('T', ' ').replace('Z', '')} +0000 UTC`
}

function directionLines(direction: string, isAffected: boolean, rules: readonly Lines[]): Lines {
  if (!isAffected) return [`Not affecting ${direction} traffic`]
  const isolated = `<none> (Selected pods are isolated for ${direction} connectivity)`
  const lines = rules.flatMap((rule, i) => (i === 0 ? rule : ['----------', ...rule]))
  return [`Allowing ${direction} traffic:`, ...indented(rules.length === 0 ? [isolated] : lines)]
}

function ruleLines(
  [way, end]: readonly [way: string, end: string],
  peers: readonly NetworkPolicyPeer[] = [],
  ports: readonly NetworkPolicyPort[] = [],
): Lines {
  return [
    ...(ports.length === 0 ? ['To Port: <any> (traffic allowed to all ports)'] : ports.map(portText)),
    ...(peers.length === 0
      ? [`${way}: <any> (traffic not restricted by ${end})`]
      : peers.flatMap((peer) => [`${way}:`, ...indented(peerLines(peer))])),
  ]
}

function portText({ port, endPort, protocol = 'TCP' }: NetworkPolicyPort): string {
  const number = port ?? '<nil>'
  return endPort === undefined ? `To Port: ${number}/${protocol}` : `To Port Range: ${number}-${endPort}/${protocol}`
}

function peerLines({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer): Lines {
  const selected = (title: string, selector: LabelSelector | undefined): Lines =>
    selector === undefined ? [] : [`${title}: ${formatLabelSelector(selector) || '<none>'}`]
  const selectors = [...selected('NamespaceSelector', namespaceSelector), ...selected('PodSelector', podSelector)]
  if (selectors.length > 0 || ipBlock === undefined) return selectors
  return ['IPBlock:', ...indented([`CIDR: ${ipBlock.cidr}`, `Except: ${(ipBlock.except ?? []).join(', ')}`])]
}
