export { openTestApi, type TestApi } from './api.ts'
export { startApiProcess } from './process.ts'
export { tokenOf } from './tokens.ts'
