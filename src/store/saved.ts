import { Tombstone } from './held.ts'
import { Run, type SavedRun } from './run.ts'

/** How instances of a class are saved and made again; the kernel's SavedForm, since the store imports nothing. */
interface StoreForm {
  readonly name: string
  readonly type: abstract new (...parts: never[]) => object
  parts(value: object): readonly unknown[]
  make(parts: readonly unknown[]): object
}

/** Of what stands in the store's tables beside values. */
export const storeForms: readonly StoreForm[] = [
  {
    name: 'tombstone',
    type: Tombstone,
    parts: (tombstone) => [(tombstone as Tombstone).name],
    make: ([name]) => new Tombstone(name as string),
  },
  {
    name: 'run',
    type: Run,
    parts: (run) => (run as Run).saved(),
    make: (parts) => Run.load(parts as SavedRun),
  },
]
