import { isRingbackError, type SignInBody } from '@ringback/client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, type ReactNode } from 'react'
import { Mark } from '../layout/mark.tsx'
import { ringback } from '../shared/api/client.ts'
import { homeOf, sessionQuery, type Session } from '../shared/api/session.ts'
import { useMessages, type Messages } from '../shared/messages/index.ts'
import { Button, buttonClass } from '../shared/ui/button.tsx'
import { whatFailed } from '../shared/ui/failure.tsx'
import { TextField } from '../shared/ui/fields.tsx'
import { useTitle } from '../shared/use-title.ts'
import { takeSignInCode } from './sign-in-code.ts'

export function SignInPage(): ReactNode {
  const messages = useMessages()
  const { signIn: texts } = messages
  const { back, error: providerError } = useSearch({ from: '/sign-in' })
  useTitle(messages.pages.signIn)
  const options = useQuery({
    queryKey: ['session-options'],
    queryFn: ({ signal }) => ringback.session.getOptions({ signal }),
  })
  const enter = useEnter()
  const signIn = useMutation({ mutationFn: (body: SignInBody) => ringback.session.signIn(body), onSuccess: enter })
  const { mutate } = signIn
  useEffect(() => {
    const code = takeSignInCode()
    if (code !== undefined) mutate({ code })
  }, [mutate])
  const usedCode = signIn.variables !== undefined && 'code' in signIn.variables
  const isEntering = usedCode && (signIn.isPending || signIn.isSuccess)
  const refusal = signIn.error ? whyRefused(messages, signIn.error, usedCode) : undefined

  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex items-center gap-3">
          <Mark className="size-11" />
          <div>
            <h1 className="text-xl font-semibold tracking-tight">{messages.appName}</h1>
            <p className="text-sm text-muted">{texts.lead}</p>
          </div>
        </div>
        <div className="rounded-2xl border border-line bg-surface p-5 shadow-raised">
          {isEntering ? (
            <p role="status" className="py-6 text-center text-muted">
              {texts.withCode}
            </p>
          ) : (
            <div className="grid gap-4">
              {back !== undefined && !refusal && <p className="text-sm text-muted">{texts.over}</p>}
              {(usedCode || providerError !== undefined) && (
                <p role="alert" className="rounded-lg bg-late-soft px-3 py-2 text-sm text-late">
                  {usedCode ? refusal : texts.providerFailed}
                </p>
              )}
              {options.data?.oidc === true && (
                <>
                  {/* Leaves this page: the way goes on at the identity provider. */}
                  <a href="/api/session/oidc" className={buttonClass('primary')}>
                    {texts.organisation}
                  </a>
                  <p className="flex items-center gap-3 text-xs text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
                    {texts.or}
                  </p>
                </>
              )}
              <TokenForm
                isBusy={signIn.isPending}
                error={usedCode ? undefined : refusal}
                onToken={(token) => mutate({ token })}
              />
            </div>
          )}
        </div>
      </div>
    </main>
  )
}

function TokenForm({
  isBusy,
  error,
  onToken,
}: {
  isBusy: boolean
  error: string | undefined
  onToken: (token: string) => void
}): ReactNode {
  const { signIn: texts } = useMessages()
  const field = useRef<HTMLFormElement>(null)
  return (
    <form
      ref={field}
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        const token = (new FormData(event.currentTarget).get('token') as string).trim()
        if (token !== '') onToken(token)
      }}
    >
      <TextField
        label={texts.token}
        hint={texts.tokenHint}
        error={error}
        name="token"
        type="password"
        autoComplete="off"
        spellCheck={false}
        required
      />
      <Button type="submit" look="primary" busy={isBusy}>
        {texts.submit}
      </Button>
    </form>
  )
}

/** Opens the console for whoever has just signed in, with nothing of whoever was there before. */
function useEnter(): (session: Session) => Promise<void> {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { back } = useSearch({ from: '/sign-in' })
  return async (session) => {
    queries.clear()
    queries.setQueryData(sessionQuery.queryKey, session)
    await navigate({ to: back ?? homeOf(session), replace: true })
  }
}

function whyRefused(messages: Messages, error: Error, usedCode: boolean): string {
  if (usedCode && isRingbackError(error, 'sign-in-code-invalid')) return messages.signIn.codeRefused
  if (isRingbackError(error, 'unauthorized', 'invalid-request')) return messages.signIn.refused
  return whatFailed(messages, error)
}
