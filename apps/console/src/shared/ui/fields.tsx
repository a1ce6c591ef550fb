import { useId, type ComponentProps, type ReactNode, type SelectHTMLAttributes } from 'react'

const control =
  'w-full min-w-0 rounded-lg border border-edge bg-surface px-3 text-ink placeholder:text-muted min-h-11 sm:min-h-9 disabled:opacity-60'

interface FieldProps {
  label: string
  hint?: ReactNode
  error?: string | undefined
}

function Field({
  label,
  hint,
  error,
  children,
}: FieldProps & { children: (ids: { id: string; 'aria-describedby': string | undefined }) => ReactNode }): ReactNode {
  const id = useId()
  const isDescribed = hint !== undefined || error !== undefined
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': isDescribed ? `${id}-hint` : undefined })}
      {isDescribed && (
        <p id={`${id}-hint`} className={`text-sm ${error === undefined ? 'text-muted' : 'text-late'}`}>
          {error ?? hint}
        </p>
      )}
    </div>
  )
}

export function TextField({ label, hint, error, ...rest }: FieldProps & ComponentProps<'input'>): ReactNode {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <input {...rest} {...ids} aria-invalid={error !== undefined} className={control} />}
    </Field>
  )
}

export function TextArea({
  label,
  hint,
  error,
  className = '',
  ...rest
}: FieldProps & ComponentProps<'textarea'>): ReactNode {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <textarea {...rest} {...ids} aria-invalid={error !== undefined} className={`${control} py-2 ${className}`} />
      )}
    </Field>
  )
}

export function Select({
  label,
  hint,
  error,
  children,
  ...rest
}: FieldProps & SelectHTMLAttributes<HTMLSelectElement>): ReactNode {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <select {...rest} {...ids} className={control}>
          {children}
        </select>
      )}
    </Field>
  )
}

/** Something that is on or off, at once. */
export function Switch({
  label,
  isOn,
  onChange,
}: {
  label: string
  isOn: boolean
  onChange: (isOn: boolean) => void
}): ReactNode {
  return (
    <label className="flex min-h-11 items-center gap-3 text-sm font-medium sm:min-h-9">
      <input
        type="checkbox"
        role="switch"
        checked={isOn}
        onChange={({ target }) => onChange(target.checked)}
        className="size-5 accent-accent"
      />
      {label}
    </label>
  )
}
