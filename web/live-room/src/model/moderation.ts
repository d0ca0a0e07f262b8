import type { GroupRules } from '@plaudit/chat'
import type { RoomModel } from './room-model.js'
import type { HeldMessage, RoomMessage, RoomTally } from './types.js'

/** What moderators do, by the user's own rights: the server refuses what he may not (`IMError`, code 10007). Times are seconds; `Infinity` is for ever. */
export class Moderation {
  constructor(private readonly room: RoomModel) {}

  private get groupID(): string {
    return this.room.roomId
  }

  /** 0 seconds lift a mute. */
  async mute(userId: string, seconds: number): Promise<void> {
    await this.room.chat.setGroupMemberMuteTime({ groupID: this.groupID, userID: userId, muteTime: seconds })
  }

  /** Out of the room; he may come back. */
  async remove(userId: string, reason = ''): Promise<void> {
    await this.room.chat.removeGroupMember({ groupID: this.groupID, userIDList: [userId], reason })
  }

  async ban(userId: string, seconds: number, reason = ''): Promise<void> {
    await this.room.chat.banGroupMember({ groupID: this.groupID, userIDList: [userId], duration: seconds, reason })
  }

  async unban(userId: string): Promise<void> {
    await this.room.chat.unbanGroupMember({ groupID: this.groupID, userIDList: [userId] })
  }

  async setAdmin(userId: string, isAdmin: boolean): Promise<void> {
    await this.room.chat.setGroupAdmins({ groupID: this.groupID, userIDList: [userId], isAdmin })
    const others = this.room.view.adminIds.filter(id => id !== userId)
    this.room.set({ adminIds: isAdmin ? [...others, userId] : others })
  }

  /** For everybody. Answers how many are gone; throws where none is, since the server names them one by one. */
  async delete(messages: readonly RoomMessage[], reason = ''): Promise<number> {
    const sequenceList = messages.map(({ sequence }) => sequence).filter(sequence => sequence > 0)
    if (sequenceList.length === 0) return 0
    const { data } = await this.room.chat.deleteGroupMessages({ groupID: this.groupID, sequenceList, reason })
    const refused = data.failureList[0]
    if (refused && data.sequenceList.length === 0) throw Object.assign(new Error(refused.text), { code: refused.code, data: { cause: refused.cause } })
    return data.sequenceList.length
  }

  /** What he said lately, as far as this page knows it. Answers how many. */
  async deleteRecent(userId: string): Promise<number> {
    return this.delete(this.room.messagesOf(userId).filter(({ removed, sequence }) => !removed && sequence > 0))
  }

  async setNotice(notification: string): Promise<void> {
    await this.room.chat.updateGroupProfile({ groupID: this.groupID, notification })
    this.room.set({ notice: notification })
  }

  async rename(name: string): Promise<void> {
    await this.room.chat.updateGroupProfile({ groupID: this.groupID, name })
  }

  async muteAll(on: boolean): Promise<void> {
    await this.room.chat.updateGroupProfile({ groupID: this.groupID, muteAllMembers: on })
  }

  /** Those that are to change; answers all. */
  async rules(change: GroupRules = {}): Promise<GroupRules> {
    const { data } = await this.room.chat.updateGroupRules({ groupID: this.groupID, ...change })
    return data.rules
  }

  async muted(): Promise<{ userId: string; until: number }[]> {
    const { data } = await this.room.chat.getMutedMembers(this.groupID)
    return data.userList.map(inMs)
  }

  async banned(): Promise<{ userId: string; until: number }[]> {
    const { data } = await this.room.chat.getBannedMembers(this.groupID)
    return data.userList.map(inMs)
  }

  async held(): Promise<HeldMessage[]> {
    const { data } = await this.room.chat.getHeldMessages(this.groupID)
    return data.messageList.map(({ held, from, elements, until }) => ({
      held,
      from: this.room.personOf(from.userID, from.nick, from.avatar),
      text: elements.map(({ payload }) => String((payload as { text?: string }).text ?? '')).join(''),
      until: until * 1000,
    }))
  }

  async judge(held: readonly number[], verdict: 'release' | 'remove'): Promise<void> {
    await this.room.chat.judgeHeldMessages({ groupID: this.groupID, held: [...held], verdict })
  }

  async tally(): Promise<RoomTally> {
    const { data } = await this.room.chat.getGroupTally(this.groupID)
    return data
  }
}

const inMs = ({ userID, until }: { userID: string; until: number }) => ({ userId: userID, until: until * 1000 })
