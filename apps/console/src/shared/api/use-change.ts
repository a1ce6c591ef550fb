import { isRingbackError } from '@ringback/client'
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'
import { toast } from '../ui/toasts.tsx'

/**
 * Changes something at once, while somebody waits for it. Whatever was read of it is read again, also after a refusal: what
 * was refused mostly looks otherwise by now.
 *
 * @param read the keys of the queries that show it
 * @param told what is said when it was done
 */
export function useChange<Input, Answer>(
  change: (input: Input) => Promise<Answer>,
  {
    read,
    told,
    onDone,
  }: { read: readonly string[]; told: (answer: Answer, input: Input) => string; onDone?: (answer: Answer) => void },
): UseMutationResult<Answer, Error, Input> {
  const queries = useQueryClient()
  const readAgain = () => Promise.all(read.map((key) => queries.invalidateQueries({ queryKey: [key] })))
  return useMutation({
    mutationFn: change,
    async onSuccess(answer, input) {
      // Until it is there, what was before would be seen once more.
      await readAgain()
      toast({ text: told(answer, input), tone: 'good' })
      onDone?.(answer)
    },
    onError: () => void readAgain(),
  })
}

/** Of a refused request what is wrong with each field of its body, by the path of the field, like `week.mon`. */
export type FieldErrors = ReadonlyMap<string, string>

export function fieldErrorsOf(error: unknown): FieldErrors {
  const errors = isRingbackError(error) ? (error.problem?.errors ?? []) : []
  return new Map(errors.map(({ path, message }) => [path.replace(/^(?:body|params)\./, ''), message]))
}
