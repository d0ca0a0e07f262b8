import { dictionary } from '../../base/words.js'

// What the panel of all emoji says. emojibase has names for the groups too, but in Chinese not in one script.

export const words = dictionary(
  'chat',
  {
    allEmoji: 'All emoji',
    fewEmoji: 'Back to frequent emoji',
    searchEmoji: 'Search emoji',
    recentEmoji: 'Recently used',
    emojiGroups: 'Groups of emoji',
    groupNames: ['Smileys and emotion', 'People and body', 'Animals and nature', 'Food and drink', 'Travel and places', 'Activities', 'Objects', 'Symbols', 'Flags'],
    skinTone: 'Skin tone',
    tones: ['Default', 'Light', 'Medium-light', 'Medium', 'Medium-dark', 'Dark'],
    foundEmoji: (count: number) => (count === 1 ? '1 emoji found' : `${count} emoji found`),
    noEmoji: 'No emoji by that name. Try another word.',
  },
  {
    allEmoji: '全部表情',
    fewEmoji: '返回常用表情',
    searchEmoji: '搜索表情',
    recentEmoji: '最近使用',
    emojiGroups: '表情分类',
    groupNames: ['笑脸与情感', '人物与身体', '动物与自然', '食物与饮料', '旅行与地点', '活动', '物品', '符号', '旗帜'],
    skinTone: '肤色',
    tones: ['默认', '浅色', '中浅色', '中等', '中深色', '深色'],
    foundEmoji: count => `找到 ${count} 个表情`,
    noEmoji: '没有找到相关表情，换个词试试吧',
  },
)

export type AllWords = typeof words.en
