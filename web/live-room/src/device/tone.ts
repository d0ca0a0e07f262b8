/** Two notes upwards, a fifth apart: nothing in a room sounds like it by chance. */
const NOTES_HZ = [440, 659.25]
const NOTE_S = 0.45
/** Soft: somebody may wear headphones. Full scale is 1. */
const VOLUME = 0.12
/** So that nothing clicks. */
const FADE_S = 0.04

/** Outputs can be chosen only where media elements can be sent to one. */
export const canChooseSpeaker = (): boolean => 'setSinkId' in HTMLMediaElement.prototype

/** Plays the test sound; resolved when it is over. An empty id is the system's own output. */
export async function playTone(deviceId: string): Promise<void> {
  const context = new AudioContext()
  try {
    const voice = context.createOscillator()
    const volume = context.createGain()
    voice.connect(volume).connect(deviceId ? await outputOf(context, deviceId) : context.destination)
    await context.resume()
    const begin = context.currentTime + 0.05
    NOTES_HZ.forEach((hz, index) => {
      const from = begin + index * NOTE_S
      voice.frequency.setValueAtTime(hz, from)
      volume.gain.setValueAtTime(0, from)
      volume.gain.linearRampToValueAtTime(VOLUME, from + FADE_S)
      volume.gain.setValueAtTime(VOLUME, from + NOTE_S - FADE_S)
      volume.gain.linearRampToValueAtTime(0, from + NOTE_S)
    })
    const over = new Promise(resolve => (voice.onended = resolve))
    voice.start(begin)
    voice.stop(begin + NOTES_HZ.length * NOTE_S)
    await over
  } finally {
    void context.close()
  }
}

async function outputOf(context: AudioContext, deviceId: string): Promise<AudioNode> {
  const output = context.createMediaStreamDestination()
  const player = new Audio()
  player.srcObject = output.stream
  await player.setSinkId(deviceId)
  await player.play()
  return output
}
