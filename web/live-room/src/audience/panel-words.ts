import { dictionary } from '../base/words.js'

// For the page these and those of the button are both `audience`.
export const panelWords = dictionary(
  'audience',
  {
    search: 'Search by name or ID',
    owner: 'Host',
    admin: 'Admin',
    you: 'you',
    muted: 'muted',
    more: (count: string) => `and ${count} more`,
    nobody: 'Nobody found',
    guest: 'Log in to see who is here',
    failed: 'The list could not be loaded',
    again: 'Try again',
    close: 'Close',
  },
  {
    search: '搜索昵称或 ID',
    owner: '主播',
    admin: '管理员',
    you: '我',
    muted: '禁言中',
    more: count => `还有 ${count} 人`,
    nobody: '没有找到',
    guest: '登录后可查看在场观众',
    failed: '列表加载失败',
    again: '重试',
    close: '关闭',
  },
)
