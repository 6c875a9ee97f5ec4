import { badRequest, type StatusError } from '../api/errors.ts'
import { isObject } from '../api/object.ts'
import { said } from '../api/said.ts'
import type { RandomStream } from '../kernel/random.ts'
import { type EventSubject, subjectMark } from '../registries/eventRecord.ts'
import type { LoopContext } from './controller.ts'
import { createControllerApi } from './controllerApi.ts'
import { createControllerMemory } from './controllerMemory.ts'
import type { ControllerCache, ReconcileContext } from './defineController.ts'
import type { Hands } from './hands.ts'

export function turnIsOver(name: string): StatusError {
  return badRequest(`the turn of controller ${name} is over: what it was handed is for that turn only`)
}

/** What a controller is handed for one turn, and the end of it. */
export function openTurn(
  name: string,
  loop: LoopContext,
  cache: ControllerCache,
  hands: Hands,
): { readonly context: ReconcileContext; readonly close: () => void } {
  let isOpen = true
  const check = (): void => {
    if (!isOpen) throw turnIsOver(name)
  }
  const { api, random, now } = loop
  return {
    context: {
      cache,
      api: createControllerApi(api, hands, check),
      memory: createControllerMemory(loop.memory, check),
      now,
      random: guarded(random, check),
      record: (subject, type, reason, message) => {
        check()
        record(loop, subject, type, reason, message)
      },
    },
    close: () => void (isOpen = false),
  }
}

function guarded({ integer, fraction, pick }: RandomStream, check: () => void): RandomStream {
  return {
    integer(low, high) {
      check()
      return integer(low, high)
    },
    fraction() {
      check()
      return fraction()
    },
    pick(items) {
      check()
      return pick(items)
    },
  }
}

/** Records an Event of nothing but what an Event may hold: the subject is whatever a user takes for one. */
function record(loop: LoopContext, subject: unknown, type: unknown, reason: unknown, message: unknown): void {
  if (type !== 'Normal' && type !== 'Warning')
    throw badRequest(`record: expected the type 'Normal' or 'Warning', got ${said(type)}`)
  if (typeof reason !== 'string' || reason === '') throw badRequest(`record: expected a reason, got ${said(reason)}`)
  if (typeof message !== 'string' || message.includes(subjectMark))
    throw badRequest(`record: expected a message of printable text, got ${said(message)}`)
  loop.record(subjectOf(subject), type, reason, message)
}

function subjectOf(given: unknown): EventSubject {
  const { apiVersion, kind, metadata, fieldPath } = (isObject(given) ? given : {}) as Partial<EventSubject>
  const { name, namespace, uid, resourceVersion } = (isObject(metadata) ? metadata : {}) as Partial<
    EventSubject['metadata']
  >
  const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
  const isRead = [apiVersion, kind, name, uid].every(isText) && /^\d+$/u.test(String(resourceVersion))
  const isRest = [namespace, fieldPath].every((value) => value === undefined || isText(value))
  if (!isRead || !isRest)
    throw badRequest(`record: expected an object that was read, with apiVersion, kind and metadata, got ${said(given)}`)
  const whose = { name: name!, uid: uid!, resourceVersion: resourceVersion! }
  return {
    apiVersion: apiVersion!,
    kind: kind!,
    metadata: namespace === undefined ? whose : { ...whose, namespace },
    ...(fieldPath === undefined ? {} : { fieldPath }),
  }
}
