import type { Page } from 'playwright-core'

/** A way to ask how much the heap of a page holds after its garbage has been collected, in megabytes, by the browser's own protocol. */
export async function heapOf(page: Page): Promise<() => Promise<number>> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable')
  return async () => {
    await devtools.send('HeapProfiler.collectGarbage')
    const { metrics } = await devtools.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'JSHeapUsedSize')!.value / 1_000_000
  }
}
