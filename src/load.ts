import { callOptions } from './api/callOptions.ts'
import { badRequest, isStatusError } from './api/errors.ts'
import { isObject } from './api/object.ts'
import { said } from './api/said.ts'
import { assemble, type Blueprint, type Parts } from './assemble.ts'
import { type Cluster, clusterOf } from './cluster.ts'
import { blueprintOf } from './create.ts'
import { definitionFields, type Definitions, type Leniency, optionsOf, standingIn } from './definitions.ts'
import type { Memory } from './kernel/memory.ts'
import { createSha256 } from './kernel/sha256.ts'
import { readText, type SavedText, SavedTextError } from './kernel/saved/text.ts'
import { savedForms } from './savedForms.ts'

/**
 * The cluster that `cluster.save()` wrote, at the moment at which it did: it goes on exactly as the original would.
 * Code is not saved: the definitions that the original was made with are handed in again. Listeners and watches of whoever
 * held the original are not there. Throws BadRequest for text that is not a saved cluster, is truncated or altered, or
 * of a newer version, and for definitions that are missing or too many, before anything is made.
 */
export function loadCluster(saved: string, definitions: Definitions = {}): Cluster {
  return load(saved, callOptions<Definitions>('loadCluster', definitions, definitionFields), {})
}

/** As `loadCluster`, for whoever only reads: definitions may be missing, or too many. Time must not pass in it. */
export function readCluster(saved: string, definitions: Definitions): Cluster {
  return load(saved, definitions, { lack: true, extra: true })
}

function load(saved: string, definitions: Definitions, leniency: Leniency): Cluster {
  const text = opened(saved)
  const { options, runs } = headOf(text)
  const { blueprint, kept } = blueprintOf(optionsOf('the saved cluster', options, definitions, leniency), { runs })
  const memory = memoryOf(text)
  const parts = attempted(() => assembleOver(memory, blueprint))
  return clusterOf(parts, memory, blueprint, leniency.lack === true ? standingIn(options) : kept)
}

/** The parts find their state in the tables; one whose table is not there was not saved by this version. */
function assembleOver(memory: Memory, blueprint: Blueprint): Parts {
  const saved = memory.names.length
  const parts = assemble(memory, blueprint)
  const missing = memory.names[saved]
  if (missing !== undefined)
    throw new SavedTextError(`table ${JSON.stringify(missing)} is missing in the saved cluster`)
  return parts
}

function opened(saved: unknown): SavedText {
  if (typeof saved !== 'string') throw badRequest(`expected the text that cluster.save() returns, got ${said(saved)}`)
  return attempted(() => readText(saved, createSha256()))
}

function headOf({ head }: SavedText): { options: Readonly<Record<string, unknown>>; runs: boolean } {
  const { options, runs = true } = head
  if (!isObject(options) || typeof runs !== 'boolean')
    throw badRequest('the saved cluster is damaged: its options are missing')
  return { options: options as Readonly<Record<string, unknown>>, runs }
}

function memoryOf(text: SavedText): Memory {
  return attempted(() => text.memory(savedForms()))
}

/** Whatever goes wrong with a file is said as of the file. */
function attempted<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (isStatusError(error)) throw error
    throw badRequest(
      error instanceof SavedTextError ? error.message : `the saved cluster is damaged: ${(error as Error).message}`,
    )
  }
}
