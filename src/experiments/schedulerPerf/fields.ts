/** The fields of one object of a workload file: each asked for by name, and what nobody asked for is refused. */
import { badRequest } from '../../api/errors.ts'
import { isObject } from '../../api/object.ts'
import { said } from '../../api/said.ts'
import type { Json } from './plan.ts'

export class Fields {
  private readonly asked = new Set<string>()
  private readonly fields: Json

  constructor(
    value: unknown,
    /** Where the object stands: `[3].workloadTemplate[0]`. */
    readonly path: string,
  ) {
    if (!isObject(value)) throw badRequest(`${path}: expected an object, got ${said(value)}`)
    this.fields = value as Json
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  text(name: string): string | undefined {
    const value = this.get(name)
    if (value === undefined || typeof value === 'string') return value
    throw this.refused(name, 'text', value)
  }

  requiredText(name: string): string {
    return this.text(name) ?? this.missing(name)
  }

  flag(name: string): boolean {
    const value = this.get(name) ?? false
    if (typeof value === 'boolean') return value
    throw this.refused(name, 'true or false', value)
  }

  /** A whole number from 0. */
  whole(name: string): number | undefined {
    const value = this.get(name)
    if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= 0))
      return value as number | undefined
    throw this.refused(name, 'a whole number from 0', value)
  }

  /** A number above 0. */
  positive(name: string): number | undefined {
    const value = this.get(name)
    if (value === undefined || (typeof value === 'number' && value > 0 && value < Infinity)) return value
    throw this.refused(name, 'a number above 0', value)
  }

  list(name: string): readonly unknown[] {
    const value = this.get(name) ?? []
    if (Array.isArray(value)) return value
    throw this.refused(name, 'a list', value)
  }

  texts(name: string): readonly string[] {
    const list = this.list(name)
    const bad = list.findIndex((value) => typeof value !== 'string')
    if (bad >= 0) throw badRequest(`${this.at(name)}[${bad}]: expected text, got ${said(list[bad])}`)
    return list as readonly string[]
  }

  objects(name: string): readonly Fields[] {
    return this.list(name).map((value, index) => new Fields(value, `${this.at(name)}[${index}]`))
  }

  object(name: string): Fields | undefined {
    const value = this.get(name)
    return value === undefined ? undefined : new Fields(value, this.at(name))
  }

  /** The values of an object whose names are anybody's. */
  entries(name: string): readonly (readonly [name: string, value: unknown])[] {
    const value = this.get(name) ?? {}
    if (isObject(value)) return Object.entries(value)
    throw this.refused(name, 'an object', value)
  }

  /** What is known and does not matter here. */
  pass(...names: readonly string[]): void {
    for (const name of names) this.asked.add(name)
  }

  /** Throws BadRequest for a field that nobody asked for. */
  end(): void {
    const unknown = Object.keys(this.fields).find((name) => !this.asked.has(name))
    if (unknown !== undefined) throw badRequest(`${this.at(unknown)}: unknown field`)
  }

  at(name: string): string {
    return `${this.path}.${name}`
  }

  refused(name: string, expected: string, value: unknown): Error {
    return badRequest(`${this.at(name)}: expected ${expected}, got ${said(value)}`)
  }

  private missing(name: string): never {
    throw badRequest(`${this.at(name)}: Required value`)
  }

  private get(name: string): unknown {
    this.asked.add(name)
    return this.fields[name] ?? undefined
  }
}
