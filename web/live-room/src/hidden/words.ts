import { dictionary } from '../base/words.js'

export const hiddenWords = dictionary(
  'hidden',
  {
    words: 'Hide messages with these words',
    wordHint: 'a word',
    add: 'Add',
    users: 'Hidden people',
    showAgain: (what: string) => `Show ${what} again`,
    only: 'For you only, in this browser',
  },
  {
    words: '屏蔽含有这些词的消息',
    wordHint: '输入要屏蔽的词',
    add: '添加',
    users: '已屏蔽的用户',
    showAgain: (what: string) => `取消屏蔽 ${what}`,
    only: '仅对你自己生效，保存在此浏览器',
  },
)
