// For script tags: the engines lie in `players/` beside the script.
import type { StartEngine } from './engine.js'

/** Only known while the script runs for the first time. */
const SCRIPT = (globalThis.document?.currentScript as HTMLScriptElement | null)?.src || globalThis.document?.baseURI

const load = async (name: string): Promise<StartEngine> => ((await import(new URL(`players/${name}.js`, SCRIPT).href)) as { default: StartEngine }).default

export const loadHls = (): Promise<StartEngine> => load('hls')
export const loadFlv = (): Promise<StartEngine> => load('flv')
