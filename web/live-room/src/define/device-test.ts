import { define } from '../base/live-element.js'
import { LiveDeviceTest } from '../device/live-device-test.js'

define('live-device-test', LiveDeviceTest)

export { openDeviceTest } from '../device/dialog.js'
export { LiveDeviceTest }
export type { Choice, DeviceTestResult, Kind, Part, PartResult, Reason } from '../device/types.js'

declare global {
  interface HTMLElementTagNameMap {
    'live-device-test': LiveDeviceTest
  }
}
