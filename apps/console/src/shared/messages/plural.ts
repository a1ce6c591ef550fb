type Forms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>

/** Words that follow a number: `#` stands for it, as the language writes it. */
export function pluralsOf(language: string): (count: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(language)
  const numbers = new Intl.NumberFormat(language)
  return (count, forms) => (forms[rules.select(count)] ?? forms.other).replace('#', numbers.format(count))
}
