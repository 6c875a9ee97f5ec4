import { hash128 } from '../kernel/hash.ts'

/** What follows from an image's name alone; kept once for all pods that use it. */
export interface ImageFacts {
  /** As a manifest says it: `nginx:alpine`. */
  readonly name: string
  /** As a runtime reports it: `docker.io/library/nginx:alpine`. */
  readonly reference: string
  /** `docker.io/library/nginx@sha256:…` */
  readonly id: string
  readonly sizeBytes: number
  readonly presentMessage: string
  readonly pullingMessage: string
}

const remembered = 4096

/** Facts by name. A cache. */
export function createImageFacts(): (name: string) => ImageFacts {
  const known = new Map<string, ImageFacts>()
  return (name) => {
    const found = known.get(name)
    if (found !== undefined) return found
    if (known.size >= remembered) known.clear()
    const made = imageFacts(name)
    known.set(name, made)
    return made
  }
}

function imageFacts(name: string): ImageFacts {
  const { repository, tag, digest } = parseImage(name)
  const made = `${hex(`image/${repository}/${tag}`)}${hex(`content/${repository}/${tag}`)}`
  return {
    name,
    reference: tag === '' ? `${repository}@${digest}` : `${repository}:${tag}`,
    id: `${repository}@${digest === '' ? `sha256:${made}` : digest}`,
    sizeBytes: 2_000_000 + (hash128(0, `size/${repository}:${tag}`)[0] % 198_000_000),
    presentMessage: `Container image "${name}" already present on machine and can be accessed by the pod`,
    pullingMessage: `Pulling image "${name}"`,
  }
}

/** Mirrors ParseNormalizedNamed of github.com/distribution/reference, and TagNameOnly. */
function parseImage(name: string): { repository: string; tag: string; digest: string } {
  const at = name.indexOf('@')
  const digest = at === -1 ? '' : name.slice(at + 1)
  const named = at === -1 ? name : name.slice(0, at)
  const slash = named.lastIndexOf('/')
  const colon = named.indexOf(':', slash + 1)
  const tag = colon === -1 ? (digest === '' ? 'latest' : '') : named.slice(colon + 1)
  return { repository: qualified(colon === -1 ? named : named.slice(0, colon)), tag, digest }
}

function qualified(path: string): string {
  const slash = path.indexOf('/')
  if (slash === -1) return `docker.io/library/${path}`
  const host = path.slice(0, slash)
  const isHost = host.includes('.') || host.includes(':') || host === 'localhost'
  return isHost ? path : `docker.io/${path}`
}

function hex(text: string): string {
  return hash128(0, text)
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('')
}
