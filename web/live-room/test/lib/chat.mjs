// Messages and people, as the room tells them.
let made = 0

export const person = (userId, role = 'member', nick = userId) => ({ userId, nick, avatar: '', role })

export const message = (text, more = {}) => ({
  key: `m${++made}`,
  kind: 'text',
  from: person('ada'),
  text,
  priority: 'Normal',
  mine: false,
  mentionsMe: false,
  tags: [],
  earlier: false,
  stale: false,
  at: 0,
  sequence: made,
  delivery: 'said',
  ...more,
})
