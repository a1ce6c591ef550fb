export { createTestDatabase, type TestDatabase } from './database.ts'
export { startRedis, testRedisPrefix } from './redis.ts'
export { monday, openTestEngine, type TestEngine } from './engine.ts'
export { type AppProcess, startApp } from './processes.ts'
