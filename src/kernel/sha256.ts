import { sha256 as portable } from '@noble/hashes/sha2.js'

type Hash = (bytes: Uint8Array) => Uint8Array

interface NativeCrypto {
  createHash(algorithm: 'sha256'): { update(bytes: Uint8Array): { digest(): Uint8Array } }
}

/**
 * SHA-256. Node.js has one of its own, many times as fast; anywhere else it is the portable one. There is only one
 * right answer, so this is the one place where the core may look at where it runs.
 */
export function createSha256(): Hash {
  const crypto = nativeCrypto()
  return crypto === undefined ? portable : (bytes) => new Uint8Array(crypto.createHash('sha256').update(bytes).digest())
}

function nativeCrypto(): NativeCrypto | undefined {
  // eslint-disable-next-line no-restricted-globals -- see above: nothing that is read here can change a result
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }
  return process?.getBuiltinModule?.('node:crypto') as NativeCrypto | undefined
}
