/** The keys of the advisory locks, so that no two things share one by accident. */
export const advisoryLocks = {
  migration: 7_264_225,
  laneMirror: 7_264_226,
  /** See `nobodyBecomesAvailable`. */
  nobody: 7_264_227,
  integrity: 7_264_228,
  retention: 7_264_229,
  /** The first half of a key; the second follows from a subject of the do-not-call list. */
  subject: 7_264_230,
  plans: 7_264_231,
  /** All of these subjects at once. */
  allSubjects: 7_264_232,
} as const
