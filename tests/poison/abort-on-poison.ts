import process from 'node:process'
import { Worker, type Job } from 'bullmq'

/** Loaded before a worker: the job of the callback that POISON names ends the process at once. */
const { callProcessJob } = Worker.prototype as unknown as { callProcessJob: (job: Job, token: string) => unknown }

Object.assign(Worker.prototype, {
  callProcessJob(this: Worker, job: Job, token: string) {
    if (job.data.callbackId === process.env['POISON']) process.abort()
    return callProcessJob.call(this, job, token)
  },
})
