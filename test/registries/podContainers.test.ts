import { describe, expect, it } from 'vitest'
import { complaintsAbout, type PodRefusal } from './podFixtures.ts'
import { LABEL, SUBDOMAIN } from './said.ts'

const twoVolumes = {
  volumes: [
    { name: 'v', persistentVolumeClaim: { claimName: 'c' } },
    { name: 'd', emptyDir: {} },
  ],
}

/** What is said of containers, each in the words of the API server of v1.36. */
const cases: readonly PodRefusal[] = [
  [
    'that mounts a volume that is wrong',
    { volumes: [{ name: 'v', nfs: {} }] },
    { volumeMounts: [{ name: 'v', mountPath: '/a' }] },
    'spec.volumes[0].nfs.server: Required value',
    'spec.volumes[0].nfs.path: Required value',
    'spec.volumes[0].nfs.path: Invalid value: "": must be an absolute path',
    'spec.containers[0].volumeMounts[0].name: Not found: "v"',
  ],
  [
    'that mounts and has one volume',
    twoVolumes,
    { volumeMounts: [{ name: 'v', mountPath: '/a' }], volumeDevices: [{ name: 'v', devicePath: '/a' }] },
    'spec.containers[0].volumeMounts[0].name: Invalid value: "v": must not already exist in volumeDevices',
    'spec.containers[0].volumeMounts[0].mountPath: Invalid value: "/a": must not already exist as a path in volumeDevices',
    'spec.containers[0].volumeDevices[0].name: Invalid value: "v": must not already exist in volumeMounts',
    'spec.containers[0].volumeDevices[0].devicePath: Invalid value: "/a": must not already exist as a path in volumeMounts',
  ],
  [
    'with two devices alike',
    twoVolumes,
    {
      volumeDevices: [
        { name: 'v', devicePath: '/a' },
        { name: 'v', devicePath: '/a' },
        { name: 'd', devicePath: '/../b' },
      ],
    },
    'spec.containers[0].volumeDevices[1].name: Invalid value: "v": must be unique',
    'spec.containers[0].volumeDevices[1].devicePath: Invalid value: "/a": must be unique',
    'spec.containers[0].volumeDevices[2].name: Invalid value: "d": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
    'spec.containers[0].volumeDevices[2].devicePath: Invalid value: "/../b": can not contain backsteps (\'..\')',
  ],
  [
    'that mounts strangely',
    twoVolumes,
    {
      volumeMounts: [
        { name: 'v', mountPath: '/a', subPath: '/x', subPathExpr: '../y', mountPropagation: 'x' },
        { name: 'd', mountPath: '/b', mountPropagation: 'Bidirectional' },
      ],
    },
    'spec.containers[0].volumeMounts.subPath: Invalid value: "/x": must be a relative path',
    'spec.containers[0].volumeMounts[0].subPathExpr: Invalid value: "../y": subPathExpr and subPath are mutually exclusive',
    'spec.containers[0].volumeMounts.subPathExpr: Invalid value: "../y": must not contain \'..\'',
    'spec.containers[0].volumeMounts.mountPropagation: Unsupported value: "x": supported values: "Bidirectional", "HostToContainer", "None"',
    'spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers',
  ],
  [
    'that mounts and cannot write below',
    twoVolumes,
    {
      volumeMounts: [
        { name: 'v', mountPath: '/a', recursiveReadOnly: 'Enabled', mountPropagation: 'HostToContainer' },
        { name: 'd', mountPath: '/b', recursiveReadOnly: 'x' },
      ],
    },
    'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true',
    'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified',
    'spec.containers[0].volumeMounts.recursiveReadOnly: Unsupported value: "x": supported values: "Disabled", "Enabled", "IfPossible"',
  ],
  [
    'with a variable from a key that is none',
    {},
    { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'a', key: 'a b' } } }] },
    "spec.containers[0].env[0].valueFrom.configMapKeyRef.key: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
  ],
  [
    'with a variable from no file',
    twoVolumes,
    { env: [{ name: 'A', valueFrom: { fileKeyRef: { key: 'a=', volumeName: 'v', path: '../a' } } }] },
    'spec.containers[0].env[0].valueFrom.fileKeyRef.key: Invalid value: "a=": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
    'spec.containers[0].env[0].valueFrom.fileKeyRef.path: Invalid value: "../a": must not contain \'..\'',
    'spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Invalid value: "v": referenced volume must be of type emptyDir',
  ],
  [
    'with a variable from a file that is nowhere',
    twoVolumes,
    { env: [{ name: 'A', valueFrom: { fileKeyRef: { key: '', volumeName: 'x', path: '' } } }] },
    'spec.containers[0].env[0].valueFrom.fileKeyRef.key: Required value',
    'spec.containers[0].env[0].valueFrom.fileKeyRef.path: Required value',
    'spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Not found: "x"',
  ],
  [
    'with a variable from another version',
    {},
    { env: [{ name: 'A', valueFrom: { fieldRef: { apiVersion: 'v2', fieldPath: 'metadata.name' } } }] },
    'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "metadata.name": error converting fieldPath: unsupported pod version: v2',
  ],
  [
    'with a variable from a part of a name',
    {},
    { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.name['a']" } } }] },
    "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: \"metadata.name['a']\": error converting fieldPath: field label does not support subscript: metadata.name['a']",
  ],
  [
    'with a variable from a part of labels',
    {},
    { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a b']" } } }] },
    "spec.containers[0].env[0].valueFrom.fieldRef: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  ],
  [
    'with a variable from all labels',
    {},
    { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.labels' } } }] },
    'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "metadata.labels": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
  ],
  [
    'with a variable from a thirds of a core',
    {},
    { env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '3' } } }] },
    'spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor\'s values 1m and 1 are supported with the cpu resource',
  ],
  [
    'with a variable from odd pages',
    {},
    { env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.hugepages-2Mi', divisor: '3' } } }] },
    'spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.hugepages-2Mi": only divisor\'s values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the hugepages resource',
  ],
  [
    'with rules of restart',
    {},
    { restartPolicyRules: [{ action: 'x' }, { action: 'Restart', exitCodes: { operator: 'x' } }] },
    'spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used',
    'spec.containers[0].restartPolicyRules[0].action: Unsupported value: "x": supported values: "Restart", "RestartAllContainers"',
    'spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified',
    'spec.containers[0].restartPolicyRules[1].exitCodes.operator: Unsupported value: "x": supported values: "In", "NotIn"',
  ],
  [
    'with many rules of restart',
    {},
    {
      restartPolicy: 'x',
      restartPolicyRules: Array(21).fill({ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }),
    },
    'spec.containers[0].restartPolicy: Unsupported value: "x": supported values: "Always", "Never", "OnFailure"',
    'spec.containers[0].restartPolicyRules: Too many: 21: must have at most 20 items',
  ],
  [
    'with policies of resizing',
    { restartPolicy: 'Never' },
    {
      resizePolicy: [
        { resourceName: 'cpu', restartPolicy: 'x' },
        { resourceName: 'cpu', restartPolicy: '' },
        { resourceName: 'x', restartPolicy: 'NotRequired' },
      ],
    },
    'spec.containers[0].resizePolicy: Unsupported value: "x": supported values: "NotRequired", "RestartContainer"',
    "spec.containers[0].resizePolicy: Invalid value: \"x\": must be 'NotRequired' when pod `restartPolicy` is 'Never'",
    'spec.containers[0].resizePolicy[1]: Duplicate value: "cpu"',
    'spec.containers[0].resizePolicy: Required value',
    "spec.containers[0].resizePolicy: Invalid value: \"\": must be 'NotRequired' when pod `restartPolicy` is 'Never'",
    'spec.containers[0].resizePolicy: Unsupported value: "x": supported values: "cpu", "memory"',
  ],
  [
    'with claims of devices',
    { resourceClaims: [{ name: 'a', resourceClaimName: 'b' }] },
    { resources: { claims: [{ name: 'a', request: 'A' }, { name: 'a' }, { name: 'c' }, { name: '' }, { name: 'c' }] } },
    `spec.containers[0].resources.claims[0].request: Invalid value: "A": ${LABEL}`,
    'spec.containers[0].resources.claims[1]: Duplicate value: "a"',
    'spec.containers[0].resources.claims[2]: Not found: "c": must be one of the names in pod.spec.resourceClaims: a',
    'spec.containers[0].resources.claims[3]: Required value',
    'spec.containers[0].resources.claims[4]: Duplicate value: "c"',
    'spec.containers[0].resources.claims[4]: Not found: "c": must be one of the names in pod.spec.resourceClaims: a',
  ],
  [
    'with a claim of a pod that has none',
    {},
    { resources: { claims: [{ name: 'c' }] } },
    'spec.containers[0].resources.claims[0]: Not found: "c": must be one of the names in pod.spec.resourceClaims which is empty',
  ],
  [
    'that shows what it may not',
    {},
    { securityContext: { procMount: 'Unmasked' } },
    'spec.containers[0].securityContext.procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`',
  ],
  [
    'with profiles',
    {},
    {
      securityContext: {
        seccompProfile: { type: 'Localhost', localhostProfile: '/a' },
        appArmorProfile: { type: 'Localhost', localhostProfile: ' a' },
      },
    },
    'spec.containers[0].securityContext.seccompProfile.localhostProfile: Invalid value: "/a": must be a relative path',
    'spec.containers[0].securityContext.appArmorProfile.localhostProfile: Invalid value: " a": must not be padded with whitespace',
  ],
  [
    'with profiles of no kind',
    {},
    { securityContext: { seccompProfile: { type: 'x', localhostProfile: 'a' }, appArmorProfile: {} } },
    'spec.containers[0].securityContext.seccompProfile.type: Unsupported value: "x": supported values: "Localhost", "RuntimeDefault", "Unconfined"',
    'spec.containers[0].securityContext.seccompProfile.localhostProfile: Invalid value: {"Type":"x","LocalhostProfile":"a"}: can only be set when seccomp type is Localhost',
    'spec.containers[0].securityContext.appArmorProfile.type: Required value: type is required when appArmorProfile is set',
  ],
  [
    'with a profile that is the default',
    {},
    { securityContext: { appArmorProfile: { type: 'RuntimeDefault', localhostProfile: 'a' } } },
    'spec.containers[0].securityContext.appArmorProfile.localhostProfile: Invalid value: "a": can only be set when AppArmor type is Localhost',
  ],
  [
    'without a profile of its own',
    {},
    { securityContext: { appArmorProfile: { type: 'Localhost' } } },
    'spec.containers[0].securityContext.appArmorProfile.localhostProfile: Required value: must be set when AppArmor type is Localhost',
  ],
  [
    'with a profile of a strange kind',
    {},
    { securityContext: { appArmorProfile: { type: 'x' } } },
    'spec.containers[0].securityContext.appArmorProfile.type: Unsupported value: "x": supported values: "Localhost", "RuntimeDefault", "Unconfined"',
  ],
  [
    'that gains what it may not',
    {},
    { securityContext: { allowPrivilegeEscalation: false, capabilities: { add: ['CAP_SYS_ADMIN'] } } },
    'spec.containers[0].securityContext: Invalid value: {"Capabilities":{"Add":["CAP_SYS_ADMIN"],"Drop":null},"Privileged":null,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}: cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
  ],
  [
    'of Windows without a user',
    {},
    { securityContext: { windowsOptions: { gmsaCredentialSpecName: 'A', gmsaCredentialSpec: '', runAsUserName: '' } } },
    `spec.containers[0].securityContext.windowsOptions.gmsaCredentialSpecName: Invalid value: "A": ${SUBDOMAIN}`,
    'spec.containers[0].securityContext.windowsOptions.gmsaCredentialSpec: Invalid value: "": gmsaCredentialSpec cannot be an empty string',
    'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "": runAsUserName cannot be an empty string',
  ],
  [
    'of Windows with a strange user',
    {},
    { securityContext: { windowsOptions: { runAsUserName: '.a\\. .' } } },
    'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: ".a\\\\. .": runAsUserName\'s Domain doesn\'t match the NetBios nor the DNS format',
    'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: ".a\\\\. .": runAsUserName\'s User cannot contain only periods or spaces',
  ],
  [
    'of Windows with a user of two domains',
    {},
    { securityContext: { windowsOptions: { runAsUserName: 'a\\b\\c' } } },
    'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "a\\\\b\\\\c": runAsUserName cannot contain more than one backslash',
  ],
  [
    'of Windows with a user of many letters',
    {},
    {
      securityContext: {
        windowsOptions: {
          runAsUserName:
            'a:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
        },
      },
    },
    'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "a:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": runAsUserName\'s User length must not be longer than 104 characters',
    'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "a:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]',
  ],
  [
    'of Windows that runs on the machine',
    {},
    { securityContext: { windowsOptions: { hostProcess: true } } },
    'spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers',
  ],
  [
    'with a header of no name',
    {},
    { readinessProbe: { httpGet: { port: 80, httpHeaders: [{ value: 'a' }] } } },
    "spec.containers[0].readinessProbe.httpGet.httpHeaders: Invalid value: \"\": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
  ],
]

describe('a container', () => {
  for (const [about, spec, container, ...said] of cases) {
    it(`${about} is refused`, () => {
      expect(complaintsAbout(spec, container)).toEqual(said)
    })
  }
})
