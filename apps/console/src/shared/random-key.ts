/** A key by which something that is sent twice is done once. Not `crypto.randomUUID`, which browsers have only on pages that came over HTTPS. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
