// How far the test is: a state, and what happens to it. Pure.
import { PARTS, type Choice, type DeviceTestResult, type Part, type PartResult, type Reason } from './types.js'

/** `lost`: the device cannot be had, or is there no more. `failed`: it is at hand, and of no use as it is. */
export interface Step extends Partial<Choice> {
  state: 'idle' | 'asking' | 'testing' | 'ok' | 'failed' | 'lost'
  reason?: Reason
  /** The name of the device that should have been used, and is not there. */
  insteadOf?: string
}

export interface Test {
  phase: 'idle' | 'testing' | 'paused' | 'done'
  steps: Record<Part, Step>
}

/** What happens. `asked`, `got` and `lost` are of cameras and microphones. */
export type Happening =
  | { on: 'started' | 'resumed'; hasRoom: boolean }
  | { on: 'asked' | 'got'; part: Part; choice?: Choice | undefined; insteadOf?: string | undefined }
  | { on: 'chose'; part: Part; choice: Choice; insteadOf?: string | undefined }
  | { on: 'lost'; part: Part; reason: Reason }
  | { on: 'verdict'; part: Part; reason?: Reason | undefined }
  | { on: 'again'; part: Part }
  | { on: 'paused' | 'finished' | 'stopped' }

const DEVICES: readonly Part[] = ['camera', 'microphone']
const steps = (state: (part: Part) => Step): Test['steps'] => Object.fromEntries(PARTS.map(part => [part, state(part)])) as Test['steps']

export const idle = (): Test => ({ phase: 'idle', steps: steps(() => ({ state: 'idle' })) })

export function after(test: Test, happening: Happening): Test {
  switch (happening.on) {
    case 'started':
    case 'resumed': {
      // Who comes back goes on: what needed no device is known already.
      const keep = (part: Part) => happening.on === 'resumed' && !DEVICES.includes(part) && test.steps[part].state !== 'idle'
      const begin = (part: Part): Step => ({ state: DEVICES.includes(part) ? 'asking' : part === 'connection' && !happening.hasRoom ? 'idle' : 'testing' })
      return { phase: 'testing', steps: steps(part => (keep(part) ? test.steps[part] : begin(part))) }
    }
    case 'stopped':
      return idle()
    case 'paused':
      return test.phase === 'testing' ? { ...test, phase: 'paused' } : test
    case 'finished':
      return test.phase === 'testing' ? { ...test, phase: 'done' } : test
  }
  if (test.phase !== 'testing') return test
  const { part } = happening
  const step = stepAfter(test.steps[part], happening)
  return step === test.steps[part] ? test : { ...test, steps: { ...test.steps, [part]: step } }
}

function stepAfter(step: Step, happening: Exclude<Happening, { on: 'started' | 'resumed' | 'paused' | 'finished' | 'stopped' }>): Step {
  const { deviceId, label, insteadOf } = step
  const device = { ...(deviceId !== undefined && { deviceId }), ...(label !== undefined && { label }), ...(insteadOf && { insteadOf }) }
  switch (happening.on) {
    case 'asked':
      return { state: 'asking', ...happening.choice }
    case 'got':
    case 'chose':
      return { state: 'testing', ...happening.choice, ...(happening.insteadOf && { insteadOf: happening.insteadOf }) }
    case 'lost':
      return { state: 'lost', reason: happening.reason, ...device }
    case 'again':
      return { state: 'testing', ...device }
    case 'verdict': {
      // There is no verdict on what is not at hand.
      if (step.state === 'idle' || step.state === 'asking' || step.state === 'lost') return step
      const { reason } = happening
      if (step.state === (reason ? 'failed' : 'ok') && step.reason === reason) return step
      return { state: reason ? 'failed' : 'ok', ...(reason && { reason }), ...device }
    }
  }
}

/** As a page is told. */
export const resultOf = ({ phase, steps: all }: Test): DeviceTestResult =>
  Object.fromEntries(
    PARTS.map((part): [Part, PartResult] => {
      const { state, reason, deviceId, label } = all[part]
      const device = { ...(deviceId !== undefined && { deviceId }), ...(label !== undefined && { label }) }
      if (state === 'ok') return [part, { state, ...device }]
      if (state === 'failed' || state === 'lost') return [part, { state: 'failed', ...(reason && { reason }), ...device }]
      return [part, { state: 'skipped', reason: part === 'connection' && phase !== 'idle' && state === 'idle' ? 'no-room' : 'not-tested', ...device }]
    }),
  ) as DeviceTestResult
