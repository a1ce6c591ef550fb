export { buildApp, type AppOptions } from './app.ts'
export { loadConfig, type ApiConfig } from './config.ts'
