import type { Sound } from './preferences.ts'

let context: AudioContext | undefined

/** Browsers play nothing before somebody has pressed something: to be called then. */
export async function allowSound(): Promise<void> {
  context ??= new AudioContext()
  if (context.state === 'suspended') await context.resume()
}

/** In hertz, one after the other. */
const notesOf: Record<Sound, readonly number[]> = {
  none: [],
  rising: [660, 880],
  bright: [1_047, 1_319, 1_568],
  low: [392, 294],
}
const noteSeconds = 0.16

/** A few soft notes. */
export function playSound(sound: Sound): void {
  if (context?.state !== 'running') return
  for (const [index, frequency] of notesOf[sound].entries()) {
    const from = context.currentTime + index * noteSeconds
    const [tone, volume] = [context.createOscillator(), context.createGain()]
    tone.frequency.value = frequency
    volume.gain.setValueAtTime(0, from)
    volume.gain.linearRampToValueAtTime(0.16, from + 0.02)
    volume.gain.exponentialRampToValueAtTime(0.001, from + noteSeconds * 1.8)
    tone.connect(volume).connect(context.destination)
    tone.start(from)
    tone.stop(from + noteSeconds * 2)
  }
}
