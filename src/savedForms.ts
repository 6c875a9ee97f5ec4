import type { SavedForm } from './kernel/saved/form.ts'
import { createLeanStatusForm } from './node/hosts.ts'
import { podListForm } from './node/podList.ts'
import { eventForms } from './registries/eventRecord.ts'
import { storeForms } from './store/saved.ts'

/** Of every class whose instances stand in tables, how they are saved. */
export function savedForms(): SavedForm[] {
  return [...storeForms, ...eventForms, createLeanStatusForm(), podListForm]
}
