import type { User } from '@ringback/db'

/**
 * The subjects of the do-not-call list: `user:<id>`, or a number in E.164. A user is meant by its id and by its number.
 */
export function subjectsOf({ id, phoneE164 }: Pick<User, 'id' | 'phoneE164'>): string[] {
  return [subjectOfUser(id), ...(phoneE164 === null ? [] : [phoneE164])]
}

const ofUser = 'user:'

export function subjectOfUser(userId: string): string {
  return `${ofUser}${userId}`
}

/** Whom subjects mean: the users with these ids, and those with these numbers. */
export function idsAndNumbersOf(subjects: readonly string[]): { ids: string[]; numbers: string[] } {
  const isOfUser = (subject: string) => subject.startsWith(ofUser)
  return {
    ids: subjects.filter(isOfUser).map((subject) => subject.slice(ofUser.length)),
    numbers: subjects.filter((subject) => !isOfUser(subject)),
  }
}
