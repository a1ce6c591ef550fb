import { z } from 'zod'

const word = /[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+/u.source
const label = /[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?/u.source
const address = new RegExp(`^${word}(?:\\.${word})*@(?:${label}\\.)+(?=\\p{L}[^.])${label}$`, 'u')

/** A mail address; letters and digits of any script may stand before the @ and in its domain. */
export const email = z
  .string()
  .max(254)
  .regex(address, 'must be a mail address')
  .meta({ format: 'idn-email', examples: ['grace@example.com'] })
