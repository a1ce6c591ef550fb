/** Run before a worker: SIGIO makes it collect its garbage, so that what it takes up afterwards is what it needs. */
import process from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as (options: object) => void
process.on('SIGIO', () => collect({ type: 'major', execution: 'sync', flavor: 'last-resort' }))
