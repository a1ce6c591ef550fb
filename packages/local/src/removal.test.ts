import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { noteInLedger, readLedger } from './ledger.ts'
import { planRemoval } from './removal.ts'
import { directoryElsewhere } from './state-directory.ts'

// A machine of its own: what takes accounts and packages away only writes down what it was told.
const path = process.env['PATH']
let place: string
let places: { ledger: string; shared: string }

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'ringback-test-'))
  chmodSync(place, 0o711)
  places = { ledger: join(place, 'shared/ledger.json'), shared: join(place, 'shared') }
  process.env['PATH'] = `${place}:${path}`
  for (const name of ['userdel', 'apt-get'])
    writeFileSync(join(place, name), `#!/bin/sh\necho ${name} "$@" >> '${place}/told'\n`, { mode: 0o755 })
})
afterEach(() => {
  process.env['PATH'] = path
  rmSync(place, { recursive: true })
})

function startedHome(name: string): string {
  const home = join(place, name)
  mkdirSync(join(home, 'logs'), { recursive: true })
  writeFileSync(join(home, 'secrets.json'), '{}')
  mkdirSync(join(directoryElsewhere(home, places.shared), 'postgres'), { recursive: true })
  noteInLedger({ home }, places.ledger)
  return home
}

function removeAll(home: string): string[] {
  const plan = planRemoval(home, places)
  for (const { run } of plan) run()
  return plan.map(({ what }) => what)
}

const told = () => (existsSync(join(place, 'told')) ? readFileSync(join(place, 'told'), 'utf8').trim().split('\n') : [])

test('all that starts made is named, and goes: data, account, package and what lies outside', () => {
  const home = startedHome('home')
  noteInLedger({ account: 'ringback' }, places.ledger)
  const removal = ['apt-get', 'remove', '-q', '-y', 'redis-server']
  noteInLedger({ package: { name: 'redis-server', removal } }, places.ledger)

  const named = removeAll(home).join('\n')
  for (const what of [home, directoryElsewhere(home, places.shared), 'account ringback', 'redis-server', places.shared])
    expect(named).toContain(what)
  expect(told()).toEqual(['userdel ringback', 'apt-get remove -q -y redis-server'])
  expect([home, places.shared].map((it) => existsSync(it))).toEqual([false, false])
  expect(planRemoval(home, places)).toEqual([])
})

test('an account and a package that were there before stay', () => {
  removeAll(startedHome('home'))
  expect(told()).toEqual([])
})

test('what another home needs too stays until that one goes', () => {
  const [one, other] = [startedHome('one'), startedHome('other')]
  noteInLedger({ account: 'ringback' }, places.ledger)
  expect(removeAll(one).at(-1)).toContain(`nothing of what ${other} needs too`)
  expect(told()).toEqual([])
  expect(existsSync(directoryElsewhere(one, places.shared))).toBe(false)
  expect(existsSync(join(other, 'secrets.json'))).toBe(true)
  expect(readLedger(places.ledger)).toEqual({ homes: [other], account: 'ringback' })
  removeAll(other)
  expect(told()).toEqual(['userdel ringback'])
})

test('the toolchain of the checkout stays', () => {
  const home = startedHome('home')
  mkdirSync(join(home, 'toolchain'))
  removeAll(home)
  expect(existsSync(join(home, 'toolchain'))).toBe(true)
  expect(existsSync(join(home, 'secrets.json'))).toBe(false)
})

test('nothing is done by asking', () => {
  const home = startedHome('home')
  planRemoval(home, places)
  expect(existsSync(join(home, 'secrets.json'))).toBe(true)
})
