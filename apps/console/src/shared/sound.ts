let context: AudioContext | undefined

/** Browsers play nothing before somebody has pressed something: to be called then. */
export function allowSound(): void {
  context ??= new AudioContext()
  void context.resume()
}

const notes = [660, 880]
const noteSeconds = 0.16

/** Two soft notes, upwards. */
export function playReminder(): void {
  if (context?.state !== 'running') return
  for (const [index, frequency] of notes.entries()) {
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
