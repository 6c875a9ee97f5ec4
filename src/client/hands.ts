import type { Immer } from 'immer'
import type { KubeObject } from '../api/meta.ts'
import { deepFreeze } from '../registries/freeze.ts'
import { thawed } from '../registries/leanStatus.ts'

/** How things pass into the hands of a user's code inside the cluster: whole, and frozen unless freezing is off. */
export class Hands {
  constructor(
    readonly immer: Immer,
    private readonly freeze: boolean,
  ) {}

  /** Plain data, such as a list that the API server made. */
  data<T>(value: T): T {
    return this.freeze ? deepFreeze(value) : value
  }

  /** An object of a component, whose status may be lean. */
  object<T extends KubeObject | undefined>(object: T): T {
    return object === undefined ? object : this.data(thawed(object))
  }

  objects<T extends KubeObject>(objects: readonly T[]): readonly T[] {
    return this.data(objects.map((object) => thawed(object)))
  }
}
