export { openTestApi, type TestApi } from './api.ts'
export { startApiProcess } from './process.ts'
export { testSecret, tokenOf } from './tokens.ts'
