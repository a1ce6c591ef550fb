export { startJobWorkers, type JobWorkers, type WorkerOptions } from './job-workers.ts'
export { startWorker, type RunningWorker } from './worker.ts'
