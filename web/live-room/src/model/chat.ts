import { TencentCloudChat, type ChatSDK } from '@plaudit/chat'
import type { RoomOptions } from './options.js'

let instances = 0

/** A chat instance of a room's own. */
export const newChat = ({ appId, server }: RoomOptions): ChatSDK =>
  TencentCloudChat.create({
    SDKAppID: appId,
    ...(server !== undefined && server !== '' && { proxyServer: server }),
    multipleRooms: true,
    instance: `live-room-${++instances}`,
  })
