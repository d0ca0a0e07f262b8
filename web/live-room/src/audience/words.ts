import { dictionary } from '../base/words.js'

const plural = (count: number, one: string, other: string) => `${count} ${count === 1 ? one : other}`

// What the button says. The rest is in panel-words.ts.
export const WORDS = dictionary(
  'audience',
  {
    title: (members: number, guests: number) => `${plural(members, 'member', 'members')}, ${plural(guests, 'guest', 'guests')}`,
    watching: (count: string) => `${count} watching`,
    audience: 'Audience',
  },
  {
    title: (members, guests) => `${members} 位成员，${guests} 位游客`,
    watching: count => `${count} 人在看`,
    audience: '观众',
  },
)
