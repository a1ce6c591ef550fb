export { jobHandlers } from './jobs.ts'
export { startWorker, type RunningWorker, type WorkerOptions } from './worker.ts'
