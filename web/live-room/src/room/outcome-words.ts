import { dictionary } from '../base/words.js'

// For the page these and those of words.ts are both `room`.
export const outcomeWords = dictionary(
  'room',
  {
    kicked: {
      'other-login': 'You were logged out: this account logged in elsewhere.',
      'by-backend': 'You were logged out by the operator.',
      expired: 'Your login has expired.',
    },
    logIn: 'Log in again',
    watch: 'Watch as a guest',
    comeBack: 'Come back',
    dismissed: 'This room has been closed',
    dismissedHint: 'Thank you for being here.',
    removed: 'You were taken out of the room',
    banned: 'You cannot be in this room for now',
    bannedUntil: (when: string) => `Until ${when}`,
    bannedForEver: 'For good',
    leftElsewhere: 'You left the room on another device',
    refused: 'The room cannot be entered',
    again: 'Try again',
    reason: (text: string) => `Reason: ${text}`,
  },
  {
    kicked: {
      'other-login': '该账号在别处登录，你已下线。',
      'by-backend': '管理员结束了你的登录。',
      expired: '登录已过期。',
    },
    logIn: '重新登录',
    watch: '以游客身份观看',
    comeBack: '回到直播间',
    dismissed: '直播间已关闭',
    dismissedHint: '感谢观看。',
    removed: '你已被移出直播间',
    banned: '你暂时不能进入该直播间',
    bannedUntil: (when: string) => `截止时间：${when}`,
    bannedForEver: '永久',
    leftElsewhere: '你已在另一台设备上离开直播间',
    refused: '无法进入直播间',
    again: '重试',
    reason: (text: string) => `原因：${text}`,
  },
)
