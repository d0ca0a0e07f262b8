import type * as api from './api.js'
import { create } from './chat.js'
import type { ChatSDK as Instance } from './chat.js'
import { EVENT as Events, type EVENT as EventName } from './constants/event.js'
import { TSignaling as Signals } from './constants/signaling.js'
import { TYPES as Types, type TYPES as AnyType } from './constants/types.js'
import type { Message as AnyMessage } from './message.js'

/** The namespace of the official v3 SDK. */
export const TencentCloudChat = Object.freeze({ create, EVENT: Events, TYPES: Types, TSignaling: Signals, VERSION: '0.1.0' })

// The types that programs name by the namespace.
export namespace TencentCloudChat {
  export type ChatSDK = Instance
  export type EVENT = EventName
  export type TYPES = AnyType
  export type Message = AnyMessage
  export type Group = api.Group
  export type GroupMember = api.GroupMember
  export type Profile = api.Profile
  export type RoomState = api.RoomState
  export type Gap = api.Gap
}

/** The same under the name of v2. */
export { TencentCloudChat as TIM }
export default TencentCloudChat

export type * from './api.js'
export type { ChatSDK } from './chat.js'
export type { IMError, ErrorData } from './errors.js'
export type { Message, MessageReceipt } from './message.js'
export { CODE } from './errors.js'
export { create }
export { Events as EVENT, Types as TYPES, Signals as TSignaling }
