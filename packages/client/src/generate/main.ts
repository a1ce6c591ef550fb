import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApiDocument } from '@ringback/api/document'
import { generateClient } from './orval.ts'

// `npm --prefix packages/client run generate`: makes src/generated.ts again from the OpenAPI document of this checkout.
writeFileSync(join(import.meta.dirname, '../generated.ts'), await generateClient(await openApiDocument()))
