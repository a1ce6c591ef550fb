import { expect, test } from 'vitest'
import { defaultRules } from '../rules.ts'
import { isPublicAddress, requireAllowedUrl } from './allowed-url.ts'

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.8',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '239.255.255.255',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:10.0.0.1',
  '::ffff:8.8.8.8',
  '::7f00:1',
  '64:ff9b::a00:1',
  '2001::1',
  '2001:db8::1',
  '2002:a00:1::',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fe80::1%eth0',
  'febf::1',
  'fec0::1',
  'ff02::1',
  'localhost',
  '',
])('%s is none of the internet', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

test.each([
  '1.1.1.1',
  '9.255.255.255',
  '100.63.255.255',
  '172.15.0.1',
  '172.32.0.1',
  '192.167.0.1',
  '2606:4700::1111',
  '2a00::1',
])('%s is one of the internet', (address) => expect(isPublicAddress(address)).toBe(true))

const allowing = { ...defaultRules, webhookAllowPrivate: true }

test.each([
  'http://crm.example.com/',
  'ftp://crm.example.com/',
  'crm.example.com',
  'https://user:secret@crm.example.com/',
  'https://127.0.0.1/',
  'https://0x7f.1/',
  'https://2130706433/',
  'https://127.1:8443/hook',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[fd00::1]:8443/',
  'https://169.254.169.254/latest/meta-data',
])('%s is refused', (url) => {
  expect(() => requireAllowedUrl(defaultRules, url)).toThrow(expect.objectContaining({ code: 'webhook-url-refused' }))
})

test('names and public addresses are allowed; private ones and http by setting', () => {
  for (const url of ['https://crm.example.com/ringback?tenant=7', 'https://1.1.1.1/', 'https://[2606:4700::1111]/']) {
    expect(() => requireAllowedUrl(defaultRules, url)).not.toThrow()
  }
  for (const url of ['http://crm.local/', 'http://127.0.0.1:8080/', 'https://[::1]/']) {
    expect(() => requireAllowedUrl(allowing, url)).not.toThrow()
  }
  for (const url of ['ftp://127.0.0.1/', 'http://user:secret@127.0.0.1/', 'nonsense']) {
    expect(() => requireAllowedUrl(allowing, url)).toThrow('The URL')
  }
})
