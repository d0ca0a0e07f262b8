import { dictionary } from '../base/words.js'

export const danmakuWords = dictionary(
  'danmaku',
  {
    actions: 'About this comment',
    copy: 'Copy',
    hideUser: 'Hide this person',
    report: 'Report',
    copied: 'Copied',
    hidden: (nick: string) => `Comments of ${nick} are hidden`,
    undo: 'Undo',
  },
  {
    actions: '弹幕操作',
    copy: '复制',
    hideUser: '屏蔽此人',
    report: '举报',
    copied: '已复制',
    hidden: (nick: string) => `已屏蔽 ${nick} 的弹幕`,
    undo: '撤销',
  },
)
