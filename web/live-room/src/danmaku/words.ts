import { dictionary } from '../base/words.js'

export const danmakuWords = dictionary(
  'danmaku',
  {
    actions: 'About this comment',
    copy: 'Copy',
    hideUser: 'Hide this person',
    report: 'Report',
    copied: 'Copied',
    hidden: (nick: string) => `What ${nick} says is hidden`,
    undo: 'Undo',
  },
  {
    actions: '弹幕操作',
    copy: '复制',
    hideUser: '屏蔽此人',
    report: '举报',
    copied: '已复制',
    hidden: (nick: string) => `已屏蔽 ${nick} 的发言`,
    undo: '撤销',
  },
)
