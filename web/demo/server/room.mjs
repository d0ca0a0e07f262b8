// The demo's room and the people in it, made over REST.

/** The id is taken by someone else, or by ourselves: the room is there already. */
const TAKEN = [10021, 10025]

export async function openRoom(door, { id, host, people }) {
  for (const { id: UserID, nick: Nick, avatar: FaceUrl } of people) {
    await door.call('im_open_login_svc/account_import', { UserID, Nick, FaceUrl })
  }
  const room = { id, name: 'Living Room 客厅', host }
  try {
    await door.call('group_open_http_svc/create_group', {
      Type: 'AVChatRoom',
      GroupId: room.id,
      Name: room.name,
      Owner_Account: room.host,
      Introduction: 'A piano, a lamp and a few friends. 一架钢琴，一盏灯，几位老友。',
      Notification: 'Tuning up · 正在调音',
    })
  } catch (error) {
    if (!TAKEN.includes(error.code)) throw error
  }
  return room
}
