// The engines that carry a library with them, loaded when a video asks for them.
import type { StartEngine } from './engine.js'

export const loadHls = async (): Promise<StartEngine> => (await import('./hls.js')).default
export const loadFlv = async (): Promise<StartEngine> => (await import('./flv.js')).default
