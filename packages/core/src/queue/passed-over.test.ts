import { expect, test } from 'vitest'
import { passedOverEntries } from '../memory/passed-over.ts'

test('an entry is told of once each time that it is passed over', () => {
  const passedOver = passedOverEntries()
  for (const reason of ['locked', 'locked still']) {
    passedOver.add('7', reason)
    expect(passedOver.takeUntold()).toEqual([{ entryId: '7', reason }])
    expect(passedOver.takeUntold()).toEqual([])
    expect([passedOver.has('7'), passedOver.has('8'), passedOver.ids()]).toEqual([true, false, ['7']])
  }
})
