// What the demo's outer page says. The room itself has its own words.

import { settings } from './settings.js'

const WORDS = {
  en: {
    clock: 'On air',
    clockHint: 'What the clock in the picture shows at this moment in the studio: the difference is how late you see it.',
    viewer: 'Viewer',
    viewerIs: 'a guest, until you give a name',
    host: 'Host',
    hostIs: 'Lin, the owner of the room',
    alone: 'Open alone',
    shown: 'What is shown',
    phone: 'Viewer on a phone',
    theme: 'Theme',
    light: 'Light',
    auto: 'As the system',
    dark: 'Dark',
    language: 'Language',
    official: 'Official SDKs',
    flood: 'Flood the room',
    floodShort: 'Flood',
    flooding: (seconds) => `Flooding … ${seconds} s`,
    floodFailed: (why) => `The flood could not begin: ${why}`,
    close: 'Close',
    gifts: 'Gifts',
    talk: 'Talk',
    low: 'Low priority',
    likes: 'Likes',
    of: (part, whole) => `${part} of ${whole}`,
    allThere: 'all there',
    missing: (count) => `${count} missing`,
    dropped: (count) => `${count} dropped`,
    failed: (count) => `${count} refused`,
    limit: (rate) => `The room lets ${rate} a second pass, what matters most first`,
    causes: { lane_full: 'found no place in the queue', waited: 'waited too long' },
    cause: (name, count) => `${name}: ${count}`,
    updates: (count) => `told in ${count} ${count === 1 ? 'update' : 'updates'}`,
    seen: (count) => `${count} seen by a viewer`,
    floodTitle: (seconds) => `${seconds} seconds of far too much`,
    noVideo: {
      off: 'There is no video: it was switched off (--no-video).',
      ffmpeg: 'There is no video: ffmpeg, which makes it, is not on this machine.',
      failed: 'There is no video: it could not be made; the terminal says why.',
    },
  },
  zh: {
    clock: '演播室时间',
    clockHint: '这是演播室里此刻的时钟，与画面中时钟之差就是直播延迟。',
    viewer: '观众',
    viewerIs: '先是游客，取个昵称就能发言',
    host: '主播',
    hostIs: '房主 Lin',
    alone: '单独打开',
    shown: '显示哪一侧',
    phone: '手机观看',
    theme: '主题',
    light: '浅色',
    auto: '跟随系统',
    dark: '深色',
    language: '语言',
    official: '官方 SDK',
    flood: '刷屏测试',
    floodShort: '刷屏',
    flooding: (seconds) => `刷屏中… ${seconds} 秒`,
    floodFailed: (why) => `没能开始刷屏：${why}`,
    close: '关闭',
    gifts: '礼物',
    talk: '聊天',
    low: '低优先级',
    likes: '点赞',
    of: (part, whole) => `${part} / ${whole}`,
    allThere: '全部送达',
    missing: (count) => `缺 ${count} 条`,
    dropped: (count) => `丢弃 ${count} 条`,
    failed: (count) => `拒绝 ${count} 条`,
    limit: (rate) => `房间每秒放行 ${rate} 条，重要的优先`,
    causes: { lane_full: '队列已满', waited: '等待超时' },
    cause: (name, count) => `${name} ${count} 条`,
    updates: (count) => `合并为 ${count} 次更新`,
    seen: (count) => `观众看到 ${count} 条`,
    floodTitle: (seconds) => `${seconds} 秒的洪流`,
    noVideo: {
      off: '没有视频：已用 --no-video 关闭。',
      ffmpeg: '没有视频：本机没有用来生成视频的 ffmpeg。',
      failed: '没有视频：生成失败，原因见终端。',
    },
  },
}

export const words = () => WORDS[settings.language]

/** A number as it is written in the language in force. */
export const figure = (number) => new Intl.NumberFormat(settings.language === 'zh' ? 'zh-CN' : 'en').format(number)

/** Fills every element that names its word: text, accessible name, both as a title. */
export function fillWords() {
  const each = (kind, act) => document.querySelectorAll(`[data-${kind}]`).forEach((element) => act(element, words()[element.dataset[kind]]))
  each('word', (element, word) => (element.textContent = word))
  each('label', (element, word) => element.setAttribute('aria-label', word))
  each('title', (element, word) => {
    element.title = word
    element.setAttribute('aria-label', word)
  })
}
