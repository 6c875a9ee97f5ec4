import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A key as etcd's JSON gateway shows it, decoded. */
export interface KeyValue {
  readonly key: string
  readonly value: string
  readonly create: number
  readonly mod: number
  readonly version: number
}

export interface Event {
  readonly type: 'put' | 'delete'
  readonly kv: KeyValue
  readonly previous: KeyValue | undefined
}

type Json = Record<string, unknown>
type Answer = Json & { header: { revision: string } }

/** What etcd refused, in its words. */
export class EtcdError extends Error {}

export const base64 = (text: string): string => Buffer.from(text).toString('base64')
const text = (encoded: unknown): string => Buffer.from((encoded as string | undefined) ?? '', 'base64').toString()

/** The end of the range of all keys with a prefix, as clients compute it: the last byte one higher. */
export const rangeEnd = (prefix: string): string =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)

export function decode(kv: unknown): KeyValue {
  const { key, value, create_revision, mod_revision, version } = kv as Json
  return {
    key: text(key),
    value: text(value),
    create: Number(create_revision ?? 0),
    mod: Number(mod_revision ?? 0),
    version: Number(version ?? 0),
  }
}

function decodeEvent(event: unknown): Event {
  const { type, kv, prev_kv } = event as Json
  return {
    type: type === 'DELETE' ? 'delete' : 'put',
    kv: decode(kv),
    previous: prev_kv === undefined ? undefined : decode(prev_kv),
  }
}

/** A running etcd with nothing in it, spoken to through its JSON gateway. */
export class Etcd {
  private constructor(
    private readonly process: ChildProcess,
    private readonly address: string,
    private readonly folder: string,
  ) {}

  static async start(): Promise<Etcd> {
    // In memory where there is such a place: etcd waits for the disk at every write.
    const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'wavetank-etcd-'))
    const [client, peer] = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`]
    const options = {
      'data-dir': join(folder, 'data'),
      'listen-client-urls': client,
      'advertise-client-urls': client,
      'listen-peer-urls': peer,
      'initial-advertise-peer-urls': peer,
      'initial-cluster': `default=${peer}`,
      'log-level': 'error',
      logger: 'zap',
    }
    const process = spawn(
      'etcd',
      Object.entries(options).map(([name, value]) => `--${name}=${value}`),
      { stdio: 'ignore' },
    )
    const etcd = new Etcd(process, client, folder)
    for (let attempt = 0; attempt < 200; attempt++) {
      const isUp = await etcd.call('kv/range', { key: base64('x') }).catch(() => undefined)
      if (isUp !== undefined) return etcd
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await etcd.stop()
    throw new Error('etcd did not answer within 10 s')
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.process.once('exit', resolve))
    if (this.process.exitCode === null && this.process.kill('SIGKILL')) await gone
    rmSync(this.folder, { recursive: true, force: true })
  }

  async call(path: string, body: object): Promise<Answer> {
    const response = await fetch(`${this.address}/v3/${path}`, { method: 'POST', body: JSON.stringify(body) })
    const answer = (await response.json()) as Answer & { error?: string }
    if (!response.ok) throw new EtcdError(answer.error ?? response.statusText)
    return answer
  }

  async revision(): Promise<number> {
    return Number((await this.call('kv/range', { key: base64('x') })).header.revision)
  }

  /** Every event under a prefix from a revision to another that surely has one, or the revision that compaction left. */
  async watch(prefix: string, from: number, to: number): Promise<Event[] | { compacted: number }> {
    const create_request = {
      key: base64(prefix),
      range_end: base64(rangeEnd(prefix)),
      start_revision: from,
      prev_kv: true,
    }
    const abort = new AbortController()
    const response = await fetch(`${this.address}/v3/watch`, {
      method: 'POST',
      body: JSON.stringify({ create_request }),
      signal: abort.signal,
    })
    const events: Event[] = []
    try {
      for await (const line of lines(response.body!)) {
        const { result } = JSON.parse(line) as { result: Json }
        if (result['compact_revision'] !== undefined) return { compacted: Number(result['compact_revision']) }
        events.push(...((result['events'] ?? []) as unknown[]).map(decodeEvent))
        if (events.length > 0 && events.at(-1)!.kv.mod >= to) return events
      }
    } finally {
      abort.abort()
    }
    throw new Error('the watch ended early')
  }
}

async function* lines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop()!
    yield* parts.filter((line) => line !== '')
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
