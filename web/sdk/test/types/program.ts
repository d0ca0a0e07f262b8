// A program as people write it for the official SDKs. It is compiled, never run.
import TencentCloudChat, { TIM, EVENT, TYPES, type ChatSDK, type Message, type Group, type RoomState, type IMResponse, type JoinResult } from '@plaudit/chat'

const chat: ChatSDK = TencentCloudChat.create({ SDKAppID: 1, proxyServer: 'wss://live.example.com', modules: {}, scene: 'x', oversea: false })
const same: TIM.ChatSDK = TIM.create({ SDKAppID: 1 })

// Constants are values, and names of types.
const priority: typeof TencentCloudChat.TYPES.MSG_PRIORITY_HIGH = 'High'
const anyType: TencentCloudChat.TYPES = TencentCloudChat.TYPES.GRP_AVCHATROOM
const anyEvent: TencentCloudChat.EVENT = EVENT.SDK_READY
const exact: 'AVChatRoom' = TYPES.GRP_AVCHATROOM

const show = (messages: Message[]): void => {
  for (const message of messages) {
    switch (message.type) {
      case TencentCloudChat.TYPES.MSG_TEXT:
        console.log(message.nick, message.payload.text)
        break
      case TencentCloudChat.TYPES.MSG_GRP_TIP:
        console.log(message.payload.operationType === TencentCloudChat.TYPES.GRP_TIP_MBR_JOIN)
    }
  }
}

chat.on(TencentCloudChat.EVENT.MESSAGE_RECEIVED, event => show(event.data))
chat.on(TIM.EVENT.KICKED_OUT, ({ data }) => data.type === TIM.TYPES.KICKED_OUT_MULT_ACCOUNT)
chat.on(TencentCloudChat.EVENT.GAP_DETECTED, ({ name, data }) => console.log(name, data.from, data.to ?? '?'))
chat.once(TencentCloudChat.EVENT.LIKES_UPDATED, ({ data }) => data.total + (data.mine ?? 0))
chat.on('onMessageReceived', (event: any) => event.data)
chat.off(TencentCloudChat.EVENT.SDK_READY, () => {}, undefined, true)

async function program(): Promise<void> {
  await chat.login({ userID: 'ada', userSig: '...' })
  const answer: IMResponse<JoinResult> = await chat.joinGroup({ groupID: 'r', type: TYPES.GRP_AVCHATROOM })
  await chat.joinGroup({ groupID: 'r', type: 'AVChatRoom' })
  const group: Group = answer.data.group
  if (answer.data.status === TYPES.JOIN_STATUS_SUCCESS) console.log(group.name)
  const message = chat.createTextMessage({ to: 'r', conversationType: TYPES.CONV_GROUP, priority, payload: { text: 'hi' } })
  chat.createCustomMessage({ to: 'r', conversationType: 'GROUP', payload: { data: '{}' } })
  const sent: Promise<any> = chat.sendMessage(message, { onlineUserOnly: false })
  await sent.catch((error: { code: number }) => error.code)
  const state: RoomState = (await chat.getRoomState('r')).data
  console.log(message.receipt?.state === 'admitted', state.myself.mutedUntil, anyType, anyEvent, exact, same)
  await chat.setMessageRead({ conversationID: 'GROUPr' }).catch(() => {})

  // @ts-expect-error a room is named by a text
  await chat.quitGroup(7)
  // @ts-expect-error there is no such priority
  chat.createTextMessage({ to: 'r', conversationType: 'GROUP', priority: 'Urgent', payload: { text: '' } })
}
void program
