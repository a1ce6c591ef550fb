import { callDirections } from '@ringback/db'
import { z } from 'zod'

export const direction = z
  .enum(callDirections)
  .meta({ id: 'CallDirection', description: 'Who called: `inbound` the customer, `outbound` the agent' })
