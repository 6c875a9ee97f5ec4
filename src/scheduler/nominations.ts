import { isObject } from '../api/object.ts'
import { said } from '../api/said.ts'
import type { NodeTable } from './nodeTable.ts'
import type { Nomination } from './plugin.ts'

/** What a plugin of a user's says of room: it may make the scheduler delete pods. */
export function checkedNomination(
  answer: Nomination | undefined,
  nodes: Pick<NodeTable, 'row'>,
): Nomination | undefined {
  if (answer === undefined) return undefined
  const { node, victims, message } = isObject(answer) ? answer : { node: 0 }
  const isText = [node, message].every((text) => text === undefined || typeof text === 'string')
  const arePods = victims === undefined || (Array.isArray(victims) && victims.every(isPod))
  if (!isText || !arePods)
    throw new Error(`expected { node, victims, message }, or nothing if there is no room, got ${said(answer)}`)
  if (victims !== undefined && victims.length > 0 && !node)
    throw new Error('expected the node on which the victims make room')
  if (typeof node === 'string' && node !== '' && nodes.row(node) === undefined)
    throw new Error(`there is no node ${said(node)} to make room on`)
  return answer
}

function isPod(value: unknown): boolean {
  if (!isObject(value)) return false
  const { metadata } = value as { readonly metadata?: { readonly uid?: unknown } }
  return typeof metadata?.uid === 'string'
}
