import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ApplyOptions, createCluster } from '../src/index.ts'
import type { Bench, BenchContext, Row } from './harness.ts'

const apps = 50
const kubePrometheus = join(process.env['WAVETANK_CORPUS'] ?? '../shared/corpus', 'manifests/kube-prometheus/manifests')

/** A Deployment, its Service and its ConfigMap. */
function app(number: number): string {
  const name = `app-${number}`
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  labels:
    app: ${name}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
      - name: main
        image: shop/${name}:1.4
        args:
        - --listen=:8080
        ports:
        - name: http
          containerPort: 8080
        env:
        - name: REGION
          value: north
        - name: NAME
          value: ${name}
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
        readinessProbe:
          httpGet:
            path: /healthz
            port: http
---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector:
    app: ${name}
  ports:
  - name: http
    port: 80
    targetPort: http
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
data:
  settings: |
    name = ${name}
    colour = blue
`
}

/** Milliseconds an object: applied to a new cluster, and then again. */
function times(context: BenchContext, texts: readonly string[], options: ApplyOptions): [cold: number, warm: number] {
  const cluster = createCluster({ seed: 1 })
  let count = 0
  const cold = context.time(() => void (count = cluster.apply(texts, options).applied.length))
  const warm = context.time(() => {
    const { applied } = cluster.apply(texts, options)
    if (applied.some(({ result }) => result !== 'unchanged')) throw new Error('what was applied already has changed')
  })
  return [cold / count, warm / count]
}

function rowsOf(what: string, [cold, warm]: readonly [cold: number, warm: number]): Row[] {
  return [
    { name: `apply ${what}, cold`, value: cold, unit: 'ms/object', bar: { atMost: 10 } },
    { name: `apply ${what}, again`, value: warm, unit: 'ms/object', bar: { atMost: 1 } },
  ]
}

export const bench: Bench = {
  name: 'apply',
  run(context) {
    context.progress(`apply: ${apps * 3} objects, each time in a process that knows nothing yet`)
    const texts = Array.from({ length: apps }, (_, number) => app(number))
    const rows = rowsOf(`${apps * 3} objects`, times(context, texts, {}))
    if (!existsSync(kubePrometheus)) {
      context.progress('apply: kube-prometheus is skipped, since the corpus is not there')
      return rows
    }
    const read = (folder: string): string[] =>
      readdirSync(folder)
        .filter((file) => file.endsWith('.yaml'))
        .sort()
        .map((file) => readFileSync(join(folder, file), 'utf8'))
    const all = [...read(join(kubePrometheus, 'setup')), ...read(kubePrometheus)]
    const options = { unsupported: 'skip', serverSide: true } as const
    return [...rows, ...rowsOf('kube-prometheus on the server', times(context, all, options))]
  },
}
