import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { testServices } from '@ringback/testing'
import { expect, test } from 'vitest'

const program = `
  import { connect } from '@ringback/db'
  import { createLogger } from '${join(import.meta.dirname, 'log.ts')}'
  const log = createLogger('test', 'info')
  const sql = connect(process.env.DATABASE_URL, { max: 1 })
  const note = (error) => log.error({ err: error }, 'failed')
  await sql\`select \${'a canary'}::text::integer\`.catch(note)
  await sql\`select * from nowhere where \${'a canary'}::text is not null\`.catch(note)
  await sql.end()`

test('of what Postgres refuses its code is logged, and no value, statement or parameter', async () => {
  const { databaseUrl } = await testServices()
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: join(import.meta.dirname, '..'),
    env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl },
    encoding: 'utf8',
  })
  const [refused, missing] = stdout.trim().split('\n')
  expect(JSON.parse(refused!).err).toMatchObject({ code: '22P02', message: 'a value was refused' })
  expect(JSON.parse(missing!).err).toMatchObject({ code: '42P01', message: 'relation "nowhere" does not exist' })
  expect(stdout).not.toContain('a canary')
})
