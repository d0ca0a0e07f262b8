import { dictionary } from '../base/words.js'

export const likesWords = dictionary(
  'likes',
  {
    like: 'Like',
    total: (count: number, number: string) => `${number} ${count === 1 ? 'like' : 'likes'}`,
  },
  {
    like: '点赞',
    total: (_count: number, number: string) => `${number} 次点赞`,
  },
)
