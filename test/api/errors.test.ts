import { describe, expect, it } from 'vitest'
import * as errors from '../../src/api/errors.ts'
import * as field from '../../src/api/fieldErrors.ts'

describe('field errors read as Kubernetes says them', () => {
  it.each([
    [field.negative('spec.replicas', -1), 'spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    [field.required('spec.containers'), 'spec.containers: Required value'],
    [field.required('a.b', 'why'), 'a.b: Required value: why'],
    [field.notSupported('p', 'tcp', ['SCTP', 'TCP']), 'p: Unsupported value: "tcp": supported values: "SCTP", "TCP"'],
    [field.duplicate('n', 'web'), 'n: Duplicate value: "web"'],
    [field.notFound('n', 'data'), 'n: Not found: "data"'],
    [field.forbidden('x', 'no'), 'x: Forbidden: no'],
    [field.tooLong('x', 63), 'x: Too long: may not be more than 63 bytes'],
    [field.tooMany('x', 5, 3), 'x: Too many: 5: must have at most 3 items'],
    [field.invalid('x', { b: 1, a: '2' }, 'odd'), 'x: Invalid value: {"a":"2","b":1}: odd'],
    [field.invalid('x', undefined, 'odd'), 'x: Invalid value: null: odd'],
    [field.invalid('x', true, 'odd'), 'x: Invalid value: true: odd'],
    [field.typeInvalid('x', 'a', 'must be a number'), 'x: Invalid value: "a": must be a number'],
    [field.unknownField('spec.imagge'), 'unknown field "spec.imagge"'],
  ])('%j', (error, message) => {
    expect(field.fieldErrorMessage(error)).toBe(message)
  })
})

describe('status errors', () => {
  it.each([
    [errors.notFound('pods', 'web'), 404, 'NotFound', 'pods "web" not found'],
    [errors.notFound('deployments', 'web', 'apps'), 404, 'NotFound', 'deployments.apps "web" not found'],
    [errors.alreadyExists('pods', 'web'), 409, 'AlreadyExists', 'pods "web" already exists'],
    [
      errors.conflict('pods', 'web'),
      409,
      'Conflict',
      'Operation cannot be fulfilled on pods "web": the object has been modified; please apply your changes to the latest version and try again',
    ],
    [
      errors.methodNotAllowed('minions', 'update'),
      405,
      'MethodNotAllowed',
      'update is not supported on resources of kind "minions"',
    ],
    [errors.forbidden('pods', 'web', 'because'), 403, 'Forbidden', 'pods "web" is forbidden: because'],
    [errors.forbidden('pods', '', 'because'), 403, 'Forbidden', 'pods is forbidden: because'],
    [errors.badRequest('no'), 400, 'BadRequest', 'no'],
    [errors.expired('too old resource version: 1 (5)'), 410, 'Expired', 'too old resource version: 1 (5)'],
    [errors.gone('gone'), 410, 'Gone', 'gone'],
    [errors.timeout('waited'), 504, 'Timeout', 'Timeout: waited'],
    [errors.tooManyRequests('slow down', 3), 429, 'TooManyRequests', 'slow down'],
    [errors.serviceUnavailable('down'), 503, 'ServiceUnavailable', 'down'],
    [errors.internal('oops'), 500, 'InternalError', 'Internal error occurred: oops'],
  ])('%s', (error, code, reason, message) => {
    expect(error.status).toMatchObject({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      code,
      reason,
      message,
    })
    expect(String(error)).toBe(`${reason}: ${message}`)
    expect([error.code, error.reason, error.message]).toEqual([code, reason, message])
  })

  it('an invalid object lists every cause with its field', () => {
    const error = errors.invalid('Pod', '', 'web', [
      field.required('spec.containers'),
      field.negative('spec.priority', -1),
    ])
    expect(error.message).toBe(
      'Pod "web" is invalid: [spec.containers: Required value, spec.priority: Invalid value: -1: must be greater than or equal to 0]',
    )
    expect(error.code).toBe(422)
    expect(error.status.details).toEqual({
      name: 'web',
      kind: 'Pod',
      causes: [
        { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.containers' },
        {
          reason: 'FieldValueInvalid',
          message: 'Invalid value: -1: must be greater than or equal to 0',
          field: 'spec.priority',
        },
      ],
    })
    expect(errors.invalid('Pod', '', 'web', [field.required('a')]).message).toBe(
      'Pod "web" is invalid: a: Required value',
    )
  })

  it('are recognised by a tag, not by their class', () => {
    const error = errors.notFound('pods', 'web')
    expect(errors.isStatusError(error)).toBe(true)
    expect(errors.isStatusError(error, 'NotFound')).toBe(true)
    expect(errors.isStatusError(error, 'Conflict')).toBe(false)
    for (const other of [new Error('x'), null, undefined, 'NotFound', {}])
      expect(errors.isStatusError(other)).toBe(false)
    const fromAnotherCopy = { status: error.status, [Symbol.for('wavetank.StatusError')]: true }
    expect(errors.isStatusError(fromAnotherCopy, 'NotFound')).toBe(true)
  })

  it('can say where we are, while the status keeps the plain words', () => {
    const error = errors.withContext(
      errors.notFound('pods', 'web'),
      '(revision 41, t=+12s, seed 7)',
    ) as errors.StatusError
    expect(String(error)).toBe('NotFound: pods "web" not found (revision 41, t=+12s, seed 7)')
    expect(error.status.message).toBe('pods "web" not found')
    expect(errors.withContext(error, '(elsewhere)')).toBe(error)
    const other = new Error('x')
    expect(errors.withContext(other, '(here)')).toBe(other)
  })
})
