import type { ReactNode } from 'react'
import { TextField } from '../shared/ui/fields.tsx'
import { withRange } from './policy-part.ts'

/** A number as it is typed, with what is allowed below it. */
export function RangedNumber({
  label,
  range,
  error,
  value,
  onChange,
}: {
  label: string
  range: string
  error: string | undefined
  value: string
  onChange: (value: string) => void
}): ReactNode {
  return (
    <TextField
      label={label}
      hint={range}
      error={withRange(error, range)}
      inputMode="numeric"
      autoComplete="off"
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  )
}
