import { dictionary } from '../base/words.js'

// What rows say. The rest is in later/words.ts; for the page both are `chat`.

/** A name of any direction does not turn the words around it. */
const apart = (name: string) => `\u2068${name}\u2069`
const others = (name: string, count: number) => (count > 1 ? `${name} and ${count - 1} ${count === 2 ? 'other' : 'others'}` : name)
const othersZh = (name: string, count: number) => (count > 1 ? `${name} 等 ${count} 人` : name)

export const words = dictionary(
  'chat',
  {
    chat: 'Chat',
    host: 'host',
    moderator: 'moderator',
    me: 'me',
    others,
    gave: 'sent',
    mentionsYou: 'mentions you',
    removed: 'Message removed by a moderator',
    takenBack: 'Message taken back',
    more: (name: string) => `More about ${name}`,
    came: (name: string, count: number) => `${others(apart(name), count)} joined`,
    went: (name: string, count: number) => `${others(apart(name), count)} left`,
    earlier: 'Earlier messages',
    skipped: (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'message' : 'messages'} skipped`,
    empty: 'Nobody has said anything yet. Say hello!',
    said: (name: string, text: string) => `${name}: ${text}`,
    list: ', ',
  },
  {
    chat: '聊天',
    host: '主播',
    moderator: '房管',
    me: '我',
    others: othersZh,
    gave: '送出',
    mentionsYou: '提到了你',
    removed: '消息已被管理员移除',
    takenBack: '消息已撤回',
    more: name => `${name}的更多操作`,
    came: (name, count) => `${othersZh(apart(name), count)} 进入了直播间`,
    went: (name, count) => `${othersZh(apart(name), count)} 离开了直播间`,
    earlier: '以上是之前的消息',
    skipped: count => `已略过 ${count.toLocaleString('zh')} 条消息`,
    empty: '还没有人发言，来打个招呼吧！',
    said: (name, text) => `${name}：${text}`,
    list: '，',
  },
)

export type ChatWords = typeof words.en
