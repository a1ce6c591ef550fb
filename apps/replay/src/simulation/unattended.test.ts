import { expect, test } from 'vitest'
import { unattendedMeter } from './unattended.ts'

const at = (seconds: number) => new Date(seconds * 1_000)
const available = { isAvailable: () => true }
const busy = { isAvailable: () => false }

test('the longest time is measured in which agents were there and none was available', () => {
  const meter = unattendedMeter()
  meter.note(at(0), [available, busy])
  meter.note(at(10), [busy, busy])
  meter.note(at(30), [busy])
  meter.note(at(45), [available])
  meter.note(at(50), [busy])
  meter.note(at(60), [available])
  expect(meter.longestSeconds()).toBe(35)
})

test('while nobody is logged in, nobody is missed', () => {
  const meter = unattendedMeter()
  meter.note(at(0), [])
  meter.note(at(100), [busy])
  meter.note(at(110), [])
  meter.note(at(900), [available])
  expect(meter.longestSeconds()).toBe(10)
})
