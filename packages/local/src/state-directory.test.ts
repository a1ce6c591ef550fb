import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemDirectory } from './ledger.ts'
import { canEnter, serviceUser } from './service-user.ts'
import { isRoot, makePrivateDirectory, servicesDirectory } from './state-directory.ts'

let place: string

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'ringback-test-'))
})

afterEach(() => rmSync(place, { recursive: true }))

test('an ordinary user keeps the data at home', () => {
  expect(servicesDirectory(join(place, 'home'), undefined)).toBe(join(place, 'home'))
})

describe.runIf(isRoot())('as root', () => {
  test('the services run as an account that is not root', () => {
    expect(serviceUser()?.uid).toBeGreaterThan(0)
  })

  test('the data lies at home when the account can enter it', () => {
    const home = join(place, 'home')
    mkdirSync(home)
    chmodSync(place, 0o711)
    expect(servicesDirectory(home, serviceUser())).toBe(home)
  })

  test('the data of a home that is closed to the account lies elsewhere, and stays there', () => {
    const home = join(place, 'home')
    mkdirSync(home)
    const notices: string[] = []
    const elsewhere = servicesDirectory(home, serviceUser(), (text) => void notices.push(text))
    try {
      expect(elsewhere.startsWith(`${systemDirectory}/home-`)).toBe(true)
      expect(canEnter(serviceUser(), elsewhere)).toBe(true)
      expect(notices).toEqual([expect.stringContaining(`Keeping the data in ${elsewhere}`)])
      chmodSync(place, 0o711)
      expect(servicesDirectory(home, serviceUser())).toBe(elsewhere)
    } finally {
      rmSync(elsewhere, { recursive: true })
    }
  })

  test('data that has become unreachable is not replaced by an empty place', () => {
    const home = join(place, 'home')
    mkdirSync(join(home, 'postgres'), { recursive: true })
    expect(() => servicesDirectory(home, serviceUser())).toThrow(/can no longer enter/)
    expect(existsSync(join(home, 'postgres'))).toBe(true)
  })

  test('a private directory goes to the account with all that is in it, or says who cannot enter', () => {
    const user = serviceUser()
    const directory = join(place, 'data')
    mkdirSync(join(directory, 'inner'), { recursive: true })
    writeFileSync(join(directory, 'inner/file'), '')
    expect(() => makePrivateDirectory(directory, user)).toThrow(`cannot be entered by the account ${user?.name}`)
    chmodSync(place, 0o711)
    makePrivateDirectory(directory, user)
    expect(statSync(join(directory, 'inner/file')).uid).toBe(user?.uid)
    expect(statSync(directory).mode & 0o777).toBe(0o700)
  })
})
