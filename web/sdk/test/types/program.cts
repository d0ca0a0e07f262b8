// The same names for programs that `require`.
import chatModule = require('@plaudit/chat')

const chat: chatModule.ChatSDK = chatModule.TencentCloudChat.create({ SDKAppID: 1 })
const older: chatModule.TIM.ChatSDK = chatModule.default.create({ SDKAppID: 1 })
void [chat, older]
