import type { PolicyDraft, PolicyField } from './policy-draft.ts'

/** What a part of the form is given. */
export interface PartProps<Field extends PolicyField> {
  value: PolicyDraft[Field]
  /** What is wrong with a field, by the end of its path; undefined when nothing is. */
  errorAt: (path?: string) => string | undefined
  onChange: (value: PolicyDraft[Field]) => void
}

/** What is allowed in the own language, and what the API says. */
export function withRange(error: string | undefined, range: string): string | undefined {
  return error === undefined ? undefined : `${range} (${error})`
}
