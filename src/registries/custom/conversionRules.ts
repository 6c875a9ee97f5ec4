/** How versions are turned into each other. Mirrors validateCustomResourceConversion of pkg/apis/apiextensions/validation. */
import { forbidden, invalid, required } from '../../api/fieldErrors.ts'
import { label1035Errors } from '../../api/names.ts'
import type { CustomResourceDefinitionSpec, WebhookConversion } from '../../api/types/apiextensions.ts'
import type { Errors } from '../validation/common.ts'
import { checkChoice } from '../validation/common.ts'
import { checkServiceReference, checkURL } from '../webhooks/clientConfig.ts'

const AT = 'spec.conversion'

export function checkConversion({ conversion }: CustomResourceDefinitionSpec, errors: Errors): void {
  if (conversion === undefined) return
  const { strategy, webhook } = conversion
  checkChoice(errors, `${AT}.strategy`, strategy, ['None', 'Webhook'])
  if (strategy === 'Webhook') checkWebhook(webhook, errors)
  else if (webhook !== undefined) {
    errors.push(forbidden(`${AT}.webhook`, 'should not be set when strategy is not set to Webhook'))
  }
}

function checkWebhook(webhook: WebhookConversion | undefined, errors: Errors): void {
  const at = `${AT}.webhook.clientConfig`
  const client = webhook?.clientConfig
  if (client === undefined) errors.push(required(at, 'required when strategy is set to Webhook'))
  else if ((client.url === undefined) === (client.service === undefined)) {
    errors.push(required(at, 'exactly one of url or service is required'))
  } else if (client.url !== undefined) checkURL(client.url, `${at}.url`, errors)
  else checkServiceReference(client.service!, `${at}.service`, errors)
  const versions = webhook?.conversionReviewVersions ?? []
  const path = `${AT}.webhook.conversionReviewVersions`
  if (versions.length === 0) errors.push(required(path))
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) errors.push(invalid(`${path}[${i}]`, version, 'duplicate version'))
    else for (const said of label1035Errors(version)) errors.push(invalid(`${path}[${i}]`, version, said))
  }
  if (versions.length > 0 && !versions.some((version) => version === 'v1' || version === 'v1beta1')) {
    errors.push(invalid(path, versions, 'must include at least one of v1, v1beta1'))
  }
}
