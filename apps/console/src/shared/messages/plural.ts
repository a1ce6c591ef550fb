type Forms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>

interface Plurals {
  /** “1 call”, “2 calls”: `#` stands for the number, as the language writes it. */
  (count: number, forms: Forms): string
  /** “1st”, “2nd”. */
  ordinal: (place: number, forms: Forms) => string
}

/** Words that follow a number, in the forms that a language has for them. */
export function pluralsOf(language: string): Plurals {
  const numbers = new Intl.NumberFormat(language)
  const by = (rules: Intl.PluralRules) => (count: number, forms: Forms) =>
    (forms[rules.select(count)] ?? forms.other).replace('#', numbers.format(count))
  return Object.assign(by(new Intl.PluralRules(language)), {
    ordinal: by(new Intl.PluralRules(language, { type: 'ordinal' })),
  })
}
