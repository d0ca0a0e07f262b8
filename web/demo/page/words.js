// What the page says, in English and Chinese.

const WORDS = {
  en: {
    language: '中文',
    online: 'in the room',
    connecting: 'connecting',
    connected: 'connected',
    disconnected: 'offline',
    kicked: 'logged out',
    closed: 'closed',
    sdkSwitch: 'SDK',
    gap: (from, to) => `Messages ${from} to ${to ?? 'now'} were missed: away for too long`,
    stage: 'Stage',
    stageNote: 'Stage · video comes in a later version',
    chat: 'Chat',
    gifts: 'Gifts',
    like: 'Send a like',
    what: 'A Plaudit server on this machine, reached through',
    yourName: 'Your name',
    nameHint: 'Ada',
    logIn: 'Log in and talk',
    loggingIn: 'Logging in …',
    guestHint: 'You are reading as a guest.',
    message: 'Message',
    messageHint: 'Say something',
    send: 'Send',
    priority: 'Priority',
    high: 'High',
    normal: 'Normal',
    low: 'Low',
    rose: 'rose',
    cake: 'cake',
    rocket: 'rocket',
    gives: (gift) => `sent a ${gift}`,
    giveOne: (gift) => `Send a ${gift}`,
    joined: (names) => `${names} came in`,
    left: (names) => `${names} left`,
    others: (name, count) => `${name} and ${count} ${count === 1 ? 'other' : 'others'}`,
    and: ' and ',
    renamed: (name) => `The room is now called ${name}`,
    fresh: (count) => `${count > 99 ? '99+' : count} new ${count === 1 ? 'message' : 'messages'} ↓`,
    failed: (why) => `not sent: ${why}`,
    dismissed: 'The room was closed.',
    kickedOut: (why) => `You were logged out (${why}). Log in again to talk.`,
    kickedWhy: {
      multipleAccount: 'the same account logged in elsewhere',
      multipleDevice: 'the same account logged in on another device',
      userSigExpired: 'the ticket has expired',
      REST_API_Kick: 'an administrator ended the session',
    },
    trouble: 'Something went wrong',
    close: 'Close',
    likesNow: (count) => `${count} likes`,
    unknown: (kind) => `[${kind}]`,
  },
  zh: {
    language: 'English',
    online: '人在线',
    connecting: '连接中',
    connected: '已连接',
    disconnected: '已断开',
    kicked: '已下线',
    closed: '已关闭',
    sdkSwitch: 'SDK',
    gap: (from, to) => `离开太久，第 ${from} 至 ${to ?? '最新'} 条消息没有收到`,
    stage: '舞台',
    stageNote: '舞台 · 视频将在后续版本加入',
    chat: '聊天',
    gifts: '礼物',
    like: '点赞',
    what: '本机的 Plaudit 服务器，连接所用的 SDK：',
    yourName: '你的昵称',
    nameHint: '小林',
    logIn: '登录发言',
    loggingIn: '登录中…',
    guestHint: '你正以游客身份观看。',
    message: '消息',
    messageHint: '说点什么',
    send: '发送',
    priority: '优先级',
    high: '高',
    normal: '普通',
    low: '低',
    rose: '玫瑰',
    cake: '蛋糕',
    rocket: '火箭',
    gives: (gift) => `送出${gift}`,
    giveOne: (gift) => `送出${gift}`,
    joined: (names) => `${names} 进来了`,
    left: (names) => `${names} 离开了`,
    others: (name, count) => `${name} 等 ${count + 1} 人`,
    and: '、',
    renamed: (name) => `房间改名为 ${name}`,
    fresh: (count) => `${count > 99 ? '99+' : count} 条新消息 ↓`,
    failed: (why) => `未发送：${why}`,
    dismissed: '房间已关闭。',
    kickedOut: (why) => `你已下线（${why}）。重新登录即可发言。`,
    kickedWhy: {
      multipleAccount: '同一账号在别处登录',
      multipleDevice: '同一账号在其他设备登录',
      userSigExpired: '票据已过期',
      REST_API_Kick: '管理员结束了会话',
    },
    trouble: '出错了',
    close: '关闭',
    likesNow: (count) => `${count} 个赞`,
    unknown: (kind) => `[${kind}]`,
  },
}

const KEPT = 'plaudit-demo-language'

export let language = localStorage.getItem(KEPT) ?? (navigator.language.startsWith('zh') ? 'zh' : 'en')

/** The words of the language in force: `words().send`. */
export function words() {
  return WORDS[language]
}

export function switchLanguage() {
  language = language === 'en' ? 'zh' : 'en'
  localStorage.setItem(KEPT, language)
}

/** Fills every element that names its word: text, accessible name, placeholder. */
export function fillWords(root = document) {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  for (const element of root.querySelectorAll('[data-word]')) element.textContent = words()[element.dataset.word]
  for (const element of root.querySelectorAll('[data-label]'))
    element.setAttribute('aria-label', words()[element.dataset.label])
  for (const element of root.querySelectorAll('[data-hint]')) element.placeholder = words()[element.dataset.hint]
}
