import { dictionary } from '../base/words.js'

const plural = (count: number, one: string, other: string) => `${count} ${count === 1 ? one : other}`

const en = {
  title: (members: number, guests: number) => `${plural(members, 'member', 'members')}, ${plural(guests, 'guest', 'guests')}`,
  watching: (count: string) => `${count} watching`,
  audience: 'Audience',
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
}

const zh: typeof en = {
  title: (members, guests) => `${members} 位成员，${guests} 位游客`,
  watching: count => `${count} 人在看`,
  audience: '观众',
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
}

export const WORDS = dictionary('audience', en, zh)
