import { describe, expect, it } from 'vitest'
import { pods } from '../../src/registries/pods.ts'
import { complaintsAbout, messages, storedPod } from './podFixtures.ts'
import { LABEL } from './said.ts'

type Case = readonly [about: string, part: object, ...messages: string[]]

const PORTS = 'must be between 1 and 65535, inclusive'
const QUANTITY = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const c = 'spec.containers[0]'
const http = { httpGet: { port: 80 } }

describe('a container', () => {
  const cases: readonly Case[] = [
    ['without a name', { name: '' }, `${c}.name: Required value`],
    ['with a bad name', { name: 'Web_1' }, `${c}.name: Invalid value: "Web_1": ${LABEL}`],
    ['without an image', { image: '' }, `${c}.image: Required value`],
    [
      'with an image in spaces',
      { image: ' nginx' },
      `${c}.image: Invalid value: " nginx": must not have leading or trailing whitespace`,
    ],
    [
      'with a strange pull policy',
      { imagePullPolicy: 'Often' },
      `${c}.imagePullPolicy: Unsupported value: "Often": supported values: "Always", "IfNotPresent", "Never"`,
    ],
    [
      'with a strange message policy',
      { terminationMessagePolicy: 'Loud' },
      `${c}.terminationMessagePolicy: Unsupported value: "Loud": supported values: "File", "FallbackToLogsOnError"`,
    ],
    [
      'with a port out of range',
      { ports: [{ containerPort: 70000 }] },
      `${c}.ports[0].containerPort: Invalid value: 70000: ${PORTS}`,
    ],
    ['with no port number', { ports: [{ name: 'http' }] }, `${c}.ports[0].containerPort: Required value`],
    [
      'with a negative host port',
      { ports: [{ containerPort: 80, hostPort: -1 }] },
      `${c}.ports[0].hostPort: Invalid value: -1: ${PORTS}`,
    ],
    [
      'with a protocol in lower case',
      { ports: [{ containerPort: 80, protocol: 'tcp' }] },
      `${c}.ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"`,
    ],
    [
      'with one port name twice',
      {
        ports: [
          { containerPort: 80, name: 'http' },
          { containerPort: 81, name: 'http' },
        ],
      },
      `${c}.ports[1].name: Duplicate value: "http"`,
    ],
    [
      'with a port name without letters',
      { ports: [{ containerPort: 80, name: '80' }] },
      `${c}.ports[0].name: Invalid value: "80": must contain at least one letter (a-z)`,
    ],
    [
      'with one host port twice',
      {
        ports: [
          { containerPort: 80, hostPort: 80 },
          { containerPort: 81, hostPort: 80 },
        ],
      },
      `${c}.ports[1].hostPort: Duplicate value: "TCP//80"`,
    ],
    ['with a nameless variable', { env: [{ name: '', value: 'x' }] }, `${c}.env[0].name: Required value`],
    [
      'with an equals sign in a variable',
      { env: [{ name: 'A=B', value: 'x' }] },
      `${c}.env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than '='`,
    ],
    [
      'with a variable from nowhere',
      { env: [{ name: 'A', valueFrom: {} }] },
      `${c}.env[0].valueFrom: Invalid value: "": must specify one of: \`fieldRef\`, \`resourceFieldRef\`, \`configMapKeyRef\`, \`secretKeyRef\` or \`fileKeyRef\``,
    ],
    [
      'with a variable from two places',
      { env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
      `${c}.env[0].valueFrom: Invalid value: "": may not be specified when \`value\` is not empty`,
    ],
    [
      'with a variable from an unknown field',
      { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.x' } } }] },
      `${c}.env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.x": error converting fieldPath: field label not supported: spec.x`,
    ],
    [
      'with envFrom of nothing',
      { envFrom: [{}] },
      `${c}.envFrom: Invalid value: "": must specify one of: \`configMapRef\` or \`secretRef\``,
    ],
    [
      'with a quantity that is none',
      { resources: { requests: { cpu: 'lots' } } },
      `${c}.resources.requests[cpu]: Invalid value: "lots": ${QUANTITY}`,
    ],
    [
      'with a negative request',
      { resources: { requests: { memory: '-1Gi' } } },
      `${c}.resources.requests[memory]: Invalid value: "-1Gi": must be greater than or equal to 0`,
    ],
    [
      'with more requested than allowed',
      { resources: { requests: { cpu: '2' }, limits: { cpu: '1500m' } } },
      `${c}.resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1500m`,
    ],
    [
      'with a made-up resource',
      { resources: { requests: { gpu: '1' } } },
      `${c}.resources.requests[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified`,
      `${c}.resources.requests[gpu]: Invalid value: "gpu": must be a standard resource for containers`,
    ],
    [
      'with half a device',
      { resources: { limits: { 'nvidia.com/gpu': '500m' }, requests: { 'nvidia.com/gpu': '500m' } } },
      `${c}.resources.limits[nvidia.com/gpu]: Invalid value: "500m": must be an integer`,
      `${c}.resources.requests[nvidia.com/gpu]: Invalid value: "500m": must be an integer`,
    ],
    [
      'with a device requested but not limited',
      { resources: { requests: { 'nvidia.com/gpu': '1' } } },
      `${c}.resources.limits: Required value: Limit must be set for non overcommitable resources`,
    ],
    [
      'with fewer devices requested than allowed',
      { resources: { limits: { 'nvidia.com/gpu': '2' }, requests: { 'nvidia.com/gpu': '1' } } },
      `${c}.resources.requests: Invalid value: "1": must be equal to nvidia.com/gpu limit of 2`,
    ],
    [
      'with huge pages alone',
      { resources: { limits: { 'hugepages-2Mi': '4Mi' } } },
      `${c}.resources: Forbidden: HugePages require cpu or memory`,
    ],
    [
      'with a page and a half',
      { resources: { limits: { cpu: '1', 'hugepages-2Mi': '3Mi' } } },
      `${c}.resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi`,
      `${c}.resources.requests[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi`,
    ],
    [
      'with pages of no size',
      { resources: { limits: { cpu: '1', 'hugepages-big': '2048Ki' } } },
      `${c}.resources.limits[hugepages-big]: Invalid value: "2Mi": 2Mi is not positive integer multiple of hugepages-big`,
      `${c}.resources.requests[hugepages-big]: Invalid value: "2Mi": 2Mi is not positive integer multiple of hugepages-big`,
    ],
    [
      'with pages of half a byte',
      { resources: { limits: { cpu: '1', 'hugepages-500m': '1' } } },
      `${c}.resources.limits[hugepages-500m]: Invalid value: "1": 1 is not positive integer multiple of hugepages-500m`,
      `${c}.resources.requests[hugepages-500m]: Invalid value: "1": 1 is not positive integer multiple of hugepages-500m`,
    ],
    [
      'with pages of which there is no amount',
      { resources: { limits: { cpu: '1', 'hugepages-2Mi': 'some' } } },
      `${c}.resources.limits[hugepages-2Mi]: Invalid value: "some": ${QUANTITY}`,
      `${c}.resources.requests[hugepages-2Mi]: Invalid value: "some": ${QUANTITY}`,
    ],
    ['with whole pages', { resources: { limits: { cpu: '1', 'hugepages-2Mi': '4Mi', 'hugepages-1Gi': '0' } } }],
    [
      'that mounts what is not there',
      { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
      `${c}.volumeMounts[0].name: Not found: "data"`,
    ],
    [
      'with a probe of nothing',
      { livenessProbe: {} },
      `${c}.livenessProbe: Required value: must specify a handler type`,
    ],
    [
      'with a probe of two kinds',
      { livenessProbe: { ...http, tcpSocket: { port: 80 } } },
      `${c}.livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type`,
    ],
    [
      'with a negative probe period',
      { readinessProbe: { ...http, periodSeconds: -1 } },
      `${c}.readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0`,
    ],
    [
      'whose liveness must succeed twice',
      { livenessProbe: { ...http, successThreshold: 2 } },
      `${c}.livenessProbe.successThreshold: Invalid value: 2: must be 1`,
    ],
    [
      'with a probe at port 0',
      { livenessProbe: { tcpSocket: { port: 0 } } },
      `${c}.livenessProbe.tcpSocket.port: Invalid value: 0: ${PORTS}`,
    ],
    [
      'with a probe by gopher',
      { livenessProbe: { httpGet: { port: 80, scheme: 'GOPHER' } } },
      `${c}.livenessProbe.httpGet.scheme: Unsupported value: "GOPHER": supported values: "HTTP", "HTTPS"`,
    ],
    ['with an empty exec probe', { startupProbe: { exec: {} } }, `${c}.startupProbe.exec.command: Required value`],
    [
      'with a grace period for readiness',
      { readinessProbe: { ...http, terminationGracePeriodSeconds: 5 } },
      `${c}.readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes`,
    ],
    [
      'with a hook that sleeps too long',
      { lifecycle: { preStop: { sleep: { seconds: 60 } } } },
      `${c}.lifecycle.preStop.sleep: Invalid value: 60: must be non-negative and less than terminationGracePeriodSeconds (30)`,
    ],
    [
      'that runs as a negative user',
      { securityContext: { runAsUser: -1 } },
      `${c}.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive`,
    ],
    [
      'privileged without escalation',
      { securityContext: { privileged: true, allowPrivilegeEscalation: false } },
      `${c}.securityContext: Invalid value: {"Capabilities":null,"Privileged":true,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}: cannot set \`allowPrivilegeEscalation\` to false and \`privileged\` to true`,
    ],
  ]
  for (const [about, container, ...said] of cases) {
    it(`${about} is refused`, () => {
      expect(complaintsAbout({}, container)).toEqual(said)
    })
  }

  it('with all that one may say is accepted', () => {
    const container = {
      ports: [
        { containerPort: 80, name: 'http' },
        { containerPort: 80, protocol: 'UDP' },
      ],
      env: [
        { name: 'a.b-c', value: '' },
        { name: 'L', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
      ],
      envFrom: [{ prefix: 'X_', secretRef: { name: 's' } }],
      resources: {
        requests: { cpu: 0.5, memory: '64Mi', 'nvidia.com/gpu': 1 },
        limits: { memory: '1e9', 'nvidia.com/gpu': '1' },
      },
      volumeMounts: [{ name: 'data', mountPath: '/data', subPath: 'a/b' }],
      livenessProbe: { httpGet: { port: 'http' } },
      lifecycle: { preStop: { exec: { command: ['sh'] } } },
    }
    expect(complaintsAbout({ volumes: [{ name: 'data' }] }, container)).toEqual([])
  })
})

describe('a pod', () => {
  const cases: readonly Case[] = [
    ['without containers', { containers: [] }, 'spec.containers: Required value'],
    [
      'with two containers of one name',
      {
        containers: [
          { name: 'a', image: 'i' },
          { name: 'a', image: 'i' },
        ],
      },
      'spec.containers[1].name: Duplicate value: "a"',
    ],
    [
      'with an init container of a container’s name',
      { initContainers: [{ name: 'web', image: 'i' }] },
      'spec.initContainers[0].name: Duplicate value: "web"',
    ],
    [
      'with a probe on an init container',
      { initContainers: [{ name: 'i', image: 'i', livenessProbe: http }] },
      'spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
    ],
    [
      'with a strange restart policy',
      { restartPolicy: 'Sometimes' },
      'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
    ],
    [
      'with a strange DNS policy',
      { dnsPolicy: 'Guess' },
      'spec.dnsPolicy: Unsupported value: "Guess": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
    ],
    [
      'that wants no DNS and says no other',
      { dnsPolicy: 'None' },
      'spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None',
    ],
    [
      'with a name server that is no address',
      { dnsConfig: { nameservers: ['ns'] } },
      'spec.dnsConfig.nameservers[0]: Invalid value: "ns": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
    [
      'with a deadline of 0',
      { activeDeadlineSeconds: 0 },
      'spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive',
    ],
    ['with a bad hostname', { hostname: 'A' }, `spec.hostname: Invalid value: "A": ${LABEL}`],
    ['with a volume without a name', { volumes: [{ emptyDir: {} }] }, 'spec.volumes[0].name: Required value'],
    [
      'with one volume name twice',
      { volumes: [{ name: 'a' }, { name: 'a' }] },
      'spec.volumes[1].name: Duplicate value: "a"',
    ],
    [
      'with a volume of two kinds',
      { volumes: [{ name: 'a', emptyDir: {}, hostPath: { path: '/' } }] },
      'spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type',
    ],
    [
      'with a host path that climbs',
      { volumes: [{ name: 'a', hostPath: { path: '/a/../b' } }] },
      'spec.volumes[0].hostPath.path: Invalid value: "/a/../b": must not contain \'..\'',
    ],
    [
      'with a config map without a name',
      { volumes: [{ name: 'a', configMap: {} }] },
      'spec.volumes[0].configMap.name: Required value',
    ],
    [
      'with a secret without a name',
      { volumes: [{ name: 'a', secret: {} }] },
      'spec.volumes[0].secret.secretName: Required value',
    ],
    [
      'with a file mode that is none',
      { volumes: [{ name: 'a', configMap: { name: 'c', defaultMode: 700 } }] },
      'spec.volumes[0].configMap.defaultMode: Invalid value: 700: must be a number between 0 and 0777 (octal), both inclusive',
    ],
    [
      'with a toleration of no key',
      { tolerations: [{ operator: 'Equal' }] },
      'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
    ],
    [
      'with a toleration that exists and has a value',
      { tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] },
      'spec.tolerations[0].operator: Invalid value: "b": value must be empty when `operator` is \'Exists\'',
    ],
    [
      'with seconds where nothing is evicted',
      { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 5 }] },
      'spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set',
    ],
    [
      'with a strange effect',
      { tolerations: [{ key: 'a', operator: 'Exists', effect: 'Never' }] },
      'spec.tolerations[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
    [
      'with an operator tolerations do not have',
      { tolerations: [{ key: 'a', operator: 'In' }] },
      'spec.tolerations[0].operator: Unsupported value: "In": supported values: "Equal", "Exists"',
    ],
    [
      'with an empty node affinity',
      { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } } },
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
    ],
    [
      'with an affinity without topology',
      { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'a b' }] } } },
      expect.stringMatching(
        /^spec\.affinity\.podAntiAffinity\.requiredDuring\w+\[0\]\.topologyKey: Invalid value: "a b": name part must/,
      ) as string,
    ],
    [
      'with an affinity that weighs too much',
      {
        affinity: {
          nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 101, preference: {} }] },
        },
      },
      'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 101: must be in the range 1-100',
    ],
    [
      'with no skew allowed',
      { topologySpreadConstraints: [{ maxSkew: 0, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }] },
      'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
    ],
    [
      'that spreads or else what?',
      { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone' }] },
      'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "": supported values: "DoNotSchedule", "ScheduleAnyway"',
    ],
    [
      'with one gate twice',
      { schedulingGates: [{ name: 'a' }, { name: 'a' }] },
      'spec.schedulingGates[1]: Duplicate value: "a"',
    ],
    [
      'bound behind a gate',
      { schedulingGates: [{ name: 'a' }], nodeName: 'n' },
      'spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared',
    ],
    [
      'with a strange preemption policy',
      { preemptionPolicy: 'Maybe' },
      'spec.preemptionPolicy: Unsupported value: "Maybe": supported values: "PreemptLowerPriority", "Never"',
    ],
    [
      'with an ephemeral container that serves',
      { ephemeralContainers: [{ name: 'e', image: 'i', ports: [{ containerPort: 1 }] }] },
      'spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container',
      'spec.ephemeralContainers: Forbidden: cannot be set on create',
    ],
    [
      'with overhead that is none',
      { overhead: { cpu: 'x' } },
      `spec.overhead.limits[cpu]: Invalid value: "x": ${QUANTITY}`,
    ],
  ]
  for (const [about, spec, ...said] of cases) {
    it(`${about} is refused`, () => {
      expect(complaintsAbout(spec)).toEqual(said)
    })
  }

  it('on the host network whose ports are others than the machine’s is refused', () => {
    const said = complaintsAbout({ hostNetwork: true }, { ports: [{ containerPort: 80, hostPort: 81 }] })
    expect(said).toEqual([
      `${c}.ports[0].hostPort: Invalid value: 81: must match \`containerPort\` when \`hostNetwork\` is true`,
    ])
  })

  it('with an empty node selector value or a bad one is told so', () => {
    expect(complaintsAbout({ nodeSelector: { disk: '' } })).toEqual([])
    expect(complaintsAbout({ nodeSelector: { disk: 'a b' } })[0]).toMatch(
      /^spec\.nodeSelector: Invalid value: "a b": a valid label/,
    )
  })
})

describe('an update of a pod', () => {
  const base = { activeDeadlineSeconds: 100, tolerations: [{ key: 'a', operator: 'Exists' }] }
  const REST =
    'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
    '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
    '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'
  const cases: readonly Case[] = [
    ['of its image', { containers: [{ name: 'web', image: 'nginx:2' }] }],
    ['that adds a toleration', { tolerations: [...base.tolerations, { key: 'b', operator: 'Exists' }] }],
    ['that shortens its deadline', { activeDeadlineSeconds: 50 }],
    [
      'that lengthens its deadline',
      { activeDeadlineSeconds: 200 },
      'spec.activeDeadlineSeconds: Invalid value: 200: must be less than or equal to previous value',
    ],
    [
      'that drops a toleration',
      { tolerations: [] },
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ],
    [
      'that adds a container',
      {
        containers: [
          { name: 'web', image: 'nginx:1.27' },
          { name: 'b', image: 'b' },
        ],
      },
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ],
    ['of its node', { nodeName: 'other' }, `${REST}: changed spec.nodeName`],
    [
      'of its ports and its restart policy',
      { restartPolicy: 'Never', containers: [{ name: 'web', image: 'nginx:1.27', ports: [{ containerPort: 1 }] }] },
      `${REST}: changed spec.containers[0].ports, spec.restartPolicy`,
    ],
    [
      'that adds a gate',
      { schedulingGates: [{ name: 'g' }] },
      "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'g'",
    ],
  ]
  for (const [about, change, ...said] of cases) {
    it(`${about}`, () => {
      const previous = storedPod(base)
      const next = storedPod({ ...base, ...change })
      expect(messages(pods.validateUpdate(next, previous))).toEqual(said)
    })
  }

  it('keeps the status, whatever it says', () => {
    const previous = storedPod()
    const next = { ...previous, status: { phase: 'Failed' } }
    expect(pods.prepareForUpdate?.(next, previous).status).toBe(previous.status)
  })
})
