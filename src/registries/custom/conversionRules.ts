/** How versions are turned into each other. Mirrors validateCustomResourceConversion of pkg/apis/apiextensions/validation. */
import { fromBase64 } from '../../api/base64.ts'
import { forbidden, invalid, required } from '../../api/fieldErrors.ts'
import { isEmpty } from '../../api/isEmpty.ts'
import { label1035Errors } from '../../api/names.ts'
import type { CustomResourceDefinitionSpec, WebhookConversion } from '../../api/types/apiextensions.ts'
import { fromUtf8 } from '../../api/utf8.ts'
import type { Errors } from '../validation/common.ts'
import { checkChoice } from '../validation/common.ts'
import { checkServiceReference, checkURL } from '../webhooks/clientConfig.ts'

const AT = 'spec.conversion'
/** The internal version knows no `webhook` between. */
const CLIENT = `${AT}.webhookClientConfig`
const VERSIONS = `${AT}.conversionReviewVersions`

/** `previous` is what was served so far, if anything: until then it may be wrong about certificates, and is not served. */
export function checkConversion(
  { conversion }: CustomResourceDefinitionSpec,
  errors: Errors,
  previous?: CustomResourceDefinitionSpec,
): void {
  if (conversion === undefined) return
  const { strategy, webhook } = conversion
  checkChoice(errors, `${AT}.strategy`, strategy, ['None', 'Webhook'])
  if (strategy === 'Webhook') {
    checkWebhook(webhook, errors)
    if (previous !== undefined && !hasBadBundle(previous)) checkBundle(webhook?.clientConfig?.caBundle, errors)
  }
  if (strategy !== 'Webhook') {
    const detail = 'should not be set when strategy is not set to Webhook'
    if (webhook?.clientConfig !== undefined) errors.push(forbidden(CLIENT, detail))
    if (!isEmpty(webhook?.conversionReviewVersions)) errors.push(forbidden(VERSIONS, detail))
  }
}

function checkWebhook(webhook: WebhookConversion | undefined, errors: Errors): void {
  const client = webhook?.clientConfig
  if (client === undefined) errors.push(required(CLIENT, 'required when strategy is set to Webhook'))
  else if ((client.url === undefined) === (client.service === undefined)) {
    errors.push(required(CLIENT, 'exactly one of url or service is required'))
  } else if (client.url !== undefined) checkURL(client.url, `${CLIENT}.url`, errors)
  else checkServiceReference(client.service!, `${CLIENT}.service`, errors)
  const versions = webhook?.conversionReviewVersions ?? []
  if (versions.length === 0) errors.push(required(VERSIONS))
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) errors.push(invalid(`${VERSIONS}[${i}]`, version, 'duplicate version'))
    else for (const said of label1035Errors(version)) errors.push(invalid(`${VERSIONS}[${i}]`, version, said))
  }
  if (versions.length > 0 && !versions.some((version) => version === 'v1' || version === 'v1beta1')) {
    errors.push(invalid(VERSIONS, versions, 'must include at least one of v1, v1beta1'))
  }
}

/** Whether a definition is wrong about the certificates of its webhook. */
export function hasBadBundle({ conversion }: CustomResourceDefinitionSpec): boolean {
  return isBad(conversion?.webhook?.clientConfig?.caBundle)
}

function checkBundle(bundle: string | undefined, errors: Errors): void {
  const detail = 'unable to load root certificates: unable to parse bytes as PEM block'
  if (isBad(bundle)) errors.push(invalid(`${CLIENT}.caBundle`, bundle, detail))
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----\s[\sA-Za-z0-9+/=]*-----END CERTIFICATE-----/

/** What the certificates say is not looked at: no webhook is called. */
function isBad(bundle: string | undefined): boolean {
  return !!bundle && !CERTIFICATE.test(fromUtf8(fromBase64(bundle)) ?? '')
}
