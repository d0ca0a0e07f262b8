// Who is in the demo: a host and her friends, with what their pages would tell of them; and a crowd for a busy minute.

/** The first is the host, the second moderates. `tags` and `level` travel with what they say (cloud custom data). */
const PEOPLE = [
  { id: 'lin', nick: 'Lin 林' },
  { id: 'mei', nick: '小美', level: 31, tags: ['铁粉'] },
  { id: 'oscar', nick: 'Oscar', level: 24, tags: ['VIP'] },
  { id: 'jie', nick: '阿杰', level: 8 },
  { id: 'priya', nick: 'Priya', level: 17, tags: ['tea club'] },
  { id: 'tom', nick: 'Tom', level: 1, tags: ['new'] },
  { id: 'wang', nick: '老王', level: 42, tags: ['SVIP'] },
  { id: 'sofia', nick: 'Sofía', level: 12 },
  { id: 'kenji', nick: '健二' },
  { id: 'lea', nick: 'Léa', level: 5 },
  { id: 'xiaoyu', nick: '小雨', level: 19, tags: ['铁粉'] },
  { id: 'ahmed', nick: 'أحمد', level: 9 },
  { id: 'nina', nick: 'Nina' },
]

const CROWD_NAMES =
  'Ada 小桃 Ben 阿杜 Chloe 石头 Dev 苏苏 Emil 老李 Fatima 米粒 Gus 冬冬 Hana 阿萍 Ivo 橙子 June 小北 Kofi 木木 Lars 七七 Mona 大海 Niko 可乐 Olga 星星 Pablo 豆豆 Quinn 阿亮 Rosa 团子 Sam 小鹿'

export const HOST = PEOPLE[0].id
export const MODERATOR = PEOPLE[1].id

export const people = (origin) => PEOPLE.map((person) => ({ ...person, avatar: faceOf(origin, person.id) }))

export const crowd = (origin) =>
  CROWD_NAMES.split(' ').map((nick, index) => {
    const id = `fan-${index + 1}`
    return { id, nick, level: (index * 7) % 40, avatar: faceOf(origin, id) }
  })

/** What goes with a person's messages. */
export function customOf({ level, tags } = {}) {
  return level === undefined && !tags ? undefined : JSON.stringify({ ...(level !== undefined && { level }), ...(tags && { tags }) })
}

const faceOf = (origin, id) => `${origin}/avatar/${id}.svg`
