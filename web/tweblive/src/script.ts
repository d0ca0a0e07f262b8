/** Known only while a script tag's script runs for the first time. Asked for by its class, since markup can take the name. */
const tag = globalThis.document?.currentScript
const script = globalThis.HTMLScriptElement && tag instanceof HTMLScriptElement ? tag : undefined

/** `<script src="plaudit-tweblive.umd.cjs" data-server="wss://live.example.com">` */
export const serverOfPage: string | undefined = script?.dataset.server || undefined

/** Where the files lie that are loaded when they are needed. */
export const scriptAddress: string | undefined = script?.src || undefined
