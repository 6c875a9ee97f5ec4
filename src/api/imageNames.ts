/** Names of images. Mirrors github.com/distribution/reference: ParseNormalizedNamed and TagNameOnly. */

export interface ImageName {
  /** `docker.io/library/nginx` */
  readonly repository: string
  /** Empty with a digest alone. */
  readonly tag: string
  /** `sha256:…`, or empty. */
  readonly digest: string
  /** What is wrong with the name, in a runtime's words; empty when nothing is. */
  readonly flaw: string
}

const domain =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/
const path = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/
const tagForm = /^\w[\w.-]{0,127}$/
const digestForm = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/
const maxLength = 255
const LATEST = 'latest'

export function parseImage(name: string): ImageName {
  const { given, tag, digest } = split(name)
  const repository = qualified(given)
  const flaw = flawOf(given, repository, tag, digest)
  return { repository, tag: tag ?? (digest ? '' : LATEST), digest: digest ?? '', flaw }
}

/** Whether a name, with a flaw or without, is of the tag that is meant where none is said. */
export function isLatest(name: string): boolean {
  const { tag, digest } = split(name)
  return tag === undefined ? !digest : tag === LATEST
}

interface Parts {
  readonly given: string
  readonly tag: string | undefined
  readonly digest: string | undefined
}

function split(name: string): Parts {
  const at = name.indexOf('@')
  const digest = at === -1 ? undefined : name.slice(at + 1)
  const named = at === -1 ? name : name.slice(0, at)
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1)
  return colon === -1
    ? { given: named, tag: undefined, digest }
    : { given: named.slice(0, colon), tag: named.slice(colon + 1), digest }
}

function flawOf(given: string, repository: string, tag: string | undefined, digest: string | undefined): string {
  if (/^[a-f0-9]{64}$/.test(given))
    return `invalid repository name (${given}), cannot specify 64-byte hexadecimal strings`
  const slash = repository.indexOf('/')
  const remote = repository.slice(slash + 1)
  // Upper case is looked for before anything else.
  if (remote !== remote.toLowerCase()) return `invalid reference format: repository name (${remote}) must be lowercase`
  const isWell =
    domain.test(repository.slice(0, slash)) &&
    path.test(remote) &&
    (tag === undefined || tagForm.test(tag)) &&
    (digest === undefined || digestForm.test(digest))
  if (!isWell) return 'invalid reference format'
  return remote.length > maxLength ? 'repository name must not be more than 255 characters' : ''
}

function qualified(given: string): string {
  const slash = given.indexOf('/')
  const host = slash === -1 ? '' : given.slice(0, slash)
  const isHost = host.includes('.') || host.includes(':') || host === 'localhost' || host !== host.toLowerCase()
  const whole = isHost ? given.replace(/^index\.docker\.io\//, 'docker.io/') : `docker.io/${given}`
  const [, only] = /^docker\.io\/([^/]*)$/.exec(whole) ?? []
  return only === undefined ? whole : `docker.io/library/${only}`
}
