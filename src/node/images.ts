import { hash128 } from '../kernel/hash.ts'
import { parseImage } from '../api/imageNames.ts'

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
  /** Why no runtime knows what to do with the name; empty for one that is well formed. */
  readonly flaw: string
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
  const { repository, tag, digest, flaw } = parseImage(name)
  const made = `${hex(`image/${repository}/${tag}`)}${hex(`content/${repository}/${tag}`)}`
  return {
    name,
    reference: tag === '' ? `${repository}@${digest}` : `${repository}:${tag}`,
    id: `${repository}@${digest === '' ? `sha256:${made}` : digest}`,
    sizeBytes: 2_000_000 + (hash128(0, `size/${repository}:${tag}`)[0] % 198_000_000),
    presentMessage: `Container image "${name}" already present on machine and can be accessed by the pod`,
    pullingMessage: `Pulling image "${name}"`,
    flaw: flaw && `Failed to apply default image tag "${name}": couldn't parse image name "${name}": ${flaw}`,
  }
}

function hex(text: string): string {
  return hash128(0, text)
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('')
}
