export { openTestApi, type TestApi } from './api.ts'
export { tokenOf } from './tokens.ts'
