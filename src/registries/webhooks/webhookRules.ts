/**
 * What validating and mutating webhooks share. Mirrors pkg/apis/admissionregistration/v1/defaults.go and
 * pkg/apis/admissionregistration/validation/validation.go.
 */
import { duplicate, invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { label1035Errors, subdomainErrors } from '../../api/names.ts'
import type {
  MutatingWebhook,
  RuleWithOperations,
  ServiceReference,
  ValidatingWebhook,
  WebhookClientConfig,
} from '../../api/types/admissionregistration.ts'
import { EMPTY } from '../defaults/mutable.ts'
import { fill } from '../defineResource.ts'
import { checkLabelSelector } from '../validation/affinity.ts'
import type { Errors } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'
import { checkServiceReference, checkURL } from './clientConfig.ts'
import { checkMatchConditions } from './matchConditions.ts'

export type Webhook = ValidatingWebhook & Partial<Pick<MutatingWebhook, 'reinvocationPolicy'>>

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']
const SCOPES = ['*', 'Cluster', 'Namespaced']

export function fillWebhook<W extends Webhook>(webhook: W): W {
  const defaults: Partial<Webhook> = {
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    namespaceSelector: EMPTY,
    objectSelector: EMPTY,
    timeoutSeconds: 10,
  }
  const { rules, clientConfig } = webhook
  const service = clientConfig?.service && fill<ServiceReference>(clientConfig.service, { port: 443 })
  return {
    ...fill(webhook, defaults as Partial<W>),
    ...(rules && { rules: rules.map((rule) => fill<RuleWithOperations>(rule, { scope: '*' })) }),
    ...(service && { clientConfig: { ...clientConfig, service } }),
  }
}

export function checkWebhooks(
  webhooks: readonly Webhook[] | undefined,
  errors: Errors,
  previous?: readonly Webhook[],
): void {
  const names = new Set<string>()
  const asksConditions = previous === undefined || !sameValue(conditionsOf(webhooks), conditionsOf(previous))
  for (const [i, webhook] of (webhooks ?? []).entries()) {
    const at = `webhooks[${i}]`
    checkWebhook(webhook, asksConditions, at, errors)
    if (webhook.name && names.has(webhook.name)) errors.push(duplicate(`${at}.name`, webhook.name))
    names.add(webhook.name)
  }
}

/** Conditions that an update leaves as they were are not looked at again. */
function conditionsOf(webhooks: readonly Webhook[] = []): readonly unknown[] {
  return webhooks.map(({ matchConditions }) => matchConditions ?? [])
}

function checkWebhook(webhook: Webhook, asksConditions: boolean, at: string, errors: Errors): void {
  checkName(webhook.name, `${at}.name`, errors)
  for (const [i, rule] of (webhook.rules ?? []).entries()) checkRule(rule, `${at}.rules[${i}]`, errors)
  checkSupported(webhook.failurePolicy, ['Fail', 'Ignore'], `${at}.failurePolicy`, errors)
  checkSupported(webhook.matchPolicy, ['Equivalent', 'Exact'], `${at}.matchPolicy`, errors)
  checkSupported(webhook.reinvocationPolicy, ['IfNeeded', 'Never'], `${at}.reinvocationPolicy`, errors)
  const { sideEffects, timeoutSeconds = 10 } = webhook
  if (sideEffects === undefined) errors.push(required(`${at}.sideEffects`, 'must specify one of None, NoneOnDryRun'))
  else checkSupported(sideEffects, ['None', 'NoneOnDryRun'], `${at}.sideEffects`, errors)
  if (timeoutSeconds < 1 || timeoutSeconds > 30) {
    const detail = 'the timeout value must be between 1 and 30 seconds'
    errors.push(invalid(`${at}.timeoutSeconds`, timeoutSeconds, detail))
  }
  checkLabelSelector(webhook.namespaceSelector, `${at}.namespaceSelector`, errors)
  checkLabelSelector(webhook.objectSelector, `${at}.objectSelector`, errors)
  checkClient(webhook.clientConfig ?? {}, `${at}.clientConfig`, errors)
  if (asksConditions) checkMatchConditions(webhook.matchConditions ?? [], `${at}.matchConditions`, errors)
  checkVersions(webhook.admissionReviewVersions, `${at}.admissionReviewVersions`, errors)
}

function checkSupported(value: string | undefined, values: readonly string[], at: string, errors: Errors): void {
  if (value !== undefined && !values.includes(value)) errors.push(notSupported(at, value, values))
}

/** `policy.example.com`: what names a webhook is a domain of its owner's. */
function checkName(name: string | undefined, at: string, errors: Errors): void {
  if (!name) {
    errors.push(required(at))
    return
  }
  const said = subdomainErrors(name)
  if (said.length > 0) errors.push(invalid(at, name, said.join(',')))
  else if (name.split('.').length < 3) {
    errors.push(invalid(at, name, 'should be a domain with at least three segments separated by dots'))
  }
}

function checkVersions(versions: readonly string[] = [], at: string, errors: Errors): void {
  if (versions.length === 0) {
    errors.push(required(at, 'must specify one of v1, v1beta1'))
    return
  }
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) errors.push(invalid(`${at}[${i}]`, version, 'duplicate version'))
    else for (const said of label1035Errors(version)) errors.push(invalid(`${at}[${i}]`, version, said))
  }
  if (!versions.some((version) => version === 'v1' || version === 'v1beta1')) {
    errors.push(invalid(at, versions, 'must include at least one of v1, v1beta1'))
  }
}

function checkClient({ url, service }: WebhookClientConfig, at: string, errors: Errors): void {
  if ((url === undefined) === (service === undefined)) {
    errors.push(required(at, 'exactly one of url or service is required'))
  } else if (url !== undefined) checkURL(url, `${at}.url`, errors)
  else checkServiceReference(service!, `${at}.service`, errors)
}

function checkRule(rule: RuleWithOperations, at: string, errors: Errors): void {
  const { operations = [], scope } = rule
  checkList(operations, `${at}.operations`, errors)
  for (const [i, operation] of operations.entries()) {
    if (!OPERATIONS.includes(operation)) errors.push(notSupported(`${at}.operations[${i}]`, operation, OPERATIONS))
  }
  for (const field of ['apiGroups', 'apiVersions'] as const) checkList(rule[field] ?? [], `${at}.${field}`, errors)
  for (const [i, version] of (rule.apiVersions ?? []).entries()) {
    if (version === '') errors.push(required(`${at}.apiVersions[${i}]`))
  }
  checkResources(rule.resources ?? [], `${at}.resources`, errors)
  if (scope !== undefined && !SCOPES.includes(scope)) errors.push(notSupported(`${at}.scope`, scope, SCOPES))
}

/** Some, or all at once. */
function checkList(values: readonly string[], at: string, errors: Errors): void {
  if (values.length === 0) errors.push(required(at))
  if (values.length < 2 || !values.includes('*')) return
  const what = at.endsWith('operations') ? 'operations' : at.endsWith('apiGroups') ? 'API groups' : 'API versions'
  errors.push(invalid(at, values, `if '*' is present, must not specify other ${what}`))
}

/** No resource may be named twice, by itself and by a star. Mirrors validateResources. */
function checkResources(resources: readonly string[], at: string, errors: Errors): void {
  if (resources.length === 0) errors.push(required(at))
  const whole = new Set<string>()
  const everywhere = new Set<string>()
  // Upstream forgets all plain resources but the last.
  let last: string | undefined
  for (const [i, named] of resources.entries()) {
    if (named === '') {
      errors.push(required(`${at}[${i}]`))
      continue
    }
    const slash = named.indexOf('/')
    if (slash < 0) {
      last = named
      continue
    }
    const [resource, subresource] = [named.slice(0, slash), named.slice(slash + 1)]
    const present = (what: string): void => {
      errors.push(invalid(`${at}[${i}]`, named, `if '${what}' is present, must not specify ${named}`))
    }
    if (whole.has(resource)) present(`${resource}/*`)
    if (everywhere.has(subresource)) present(`*/${subresource}`)
    if (subresource === '*') whole.add(resource)
    if (resource === '*') everywhere.add(subresource)
  }
  if (resources.length > 1 && resources.includes('*/*')) {
    errors.push(invalid(at, resources, "if '*/*' is present, must not specify other resources"))
  }
  if (resources.includes('*') && last !== undefined && last !== '*') {
    const detail = "if '*' is present, must not specify other resources without subresources"
    errors.push(invalid(at, resources, detail))
  }
}
