import { outcomeTypes } from '@ringback/db'
import { z } from 'zod'

export const outcomeType = z.enum(outcomeTypes).meta({ id: 'OutcomeType', description: 'What came of a call' })
