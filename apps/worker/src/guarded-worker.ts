import { Worker, type JobJson } from 'bullmq'

/** No payload of ours comes near this. */
const mostCharacters = 1_000
const shownCharacters = 200

/**
 * A worker that no payload can harm. BullMQ reads the payload before there is a job that could fail: one that is no JSON
 * would be fetched, stall and be fetched again for ever. Here it becomes a job like any other, as does one so large or
 * so deep that nothing could show it, with a payload that says so.
 */
export class GuardedWorker extends Worker {
  protected override createJob(raw: JobJson, jobId: string) {
    if (raw.data.length > mostCharacters) return this.createUnreadable(raw, jobId)
    try {
      return super.createJob(raw, jobId)
    } catch {
      return this.createUnreadable(raw, jobId)
    }
  }

  private createUnreadable(raw: JobJson, jobId: string) {
    const data = JSON.stringify({ unreadable: raw.data.slice(0, shownCharacters) })
    return super.createJob({ ...raw, data }, jobId)
  }
}
