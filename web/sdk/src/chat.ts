import type {
  CreateOptions,
  CustomOptions,
  EventMap,
  FaceOptions,
  GroupChange,
  GroupRules,
  IMResponse,
  JoinOptions,
  Judged,
  SendOptions,
  TextAtOptions,
  TextOptions,
} from './api.js'
import { addAbsentCalls, type AbsentCalls } from './calls/absent.js'
import * as members from './calls/members.js'
import * as profiles from './calls/profiles.js'
import * as rooms from './calls/rooms.js'
import * as shared from './calls/shared.js'
import * as talk from './calls/talk.js'
import type { EVENT } from './constants/event.js'
import { Core } from './core.js'
import type { Handler } from './emitter.js'
import { CODE, IMError } from './errors.js'
import type { Message } from './message.js'

const instances = new Map<string, ChatSDK>()

const nameOf = ({ SDKAppID, instance = '' }: CreateOptions): string => `${SDKAppID}/${instance}`

/** One instance per app (and name, if one is given): a second `create` gives the first one back. */
export function create(options: CreateOptions): ChatSDK {
  const { SDKAppID } = options ?? {}
  if (typeof SDKAppID !== 'number') throw new IMError(CODE.NO_SDKAPPID, 'SDKAppID must be a number')
  const chat = instances.get(nameOf(options)) ?? new ChatSDK(options)
  instances.set(nameOf(options), chat)
  return chat
}

/** The answer to a call, as the official SDKs wrap it. */
async function answer<T>(data: Promise<T> | T): Promise<IMResponse<T>> {
  return { code: 0, data: await data }
}

/** The API of the official SDKs, for live rooms. What each call does stands in `calls/`. */
export class ChatSDK {
  private readonly core: Core

  constructor(options: CreateOptions) {
    this.core = new Core(options)
  }

  // --- the instance --------------------------------------------------------------------------------------------------

  on<Name extends keyof EventMap & EVENT>(name: Name, handler: Handler<Name>, context?: unknown): void
  on(name: string, handler: (event: any) => void, context?: unknown): void
  on(name: string, handler: (event: any) => void, context?: unknown): void {
    this.core.emitter.on(name, handler, context)
  }
  /** Ours. */
  once<Name extends keyof EventMap & EVENT>(name: Name, handler: Handler<Name>, context?: unknown): void
  once(name: string, handler: (event: any) => void, context?: unknown): void {
    this.core.emitter.on(name, handler, context, true)
  }
  off(name: string, handler: (event: any) => void, context?: unknown, _once?: boolean): void {
    this.core.emitter.off(name, handler, context)
  }

  async login({ userID, userSig }: { userID: string; userSig: string }) {
    if (typeof userID !== 'string' || userID === '') throw new IMError(CODE.NO_USER_ID, 'params: userID is missing')
    if (typeof userSig !== 'string' || userSig === '') throw new IMError(CODE.NO_USER_SIG, 'params: userSig is missing')
    const { repeated } = await this.core.session.login(userID, userSig, this.core.timing.request)
    const data = { actionStatus: 'OK', errorCode: 0, errorInfo: repeated ? `${userID} is logged in already` : '', repeatLogin: repeated }
    return answer(data)
  }
  async logout() {
    await this.core.session.logout()
    return answer({})
  }
  async destroy(): Promise<void> {
    instances.delete(nameOf(this.core.options))
    this.core.destroy()
  }
  isReady(): boolean {
    return this.core.session.ready
  }
  getLoginUser(): string {
    return this.core.session.user
  }
  /** Seconds since 1970, by the server's clock. */
  getServerTime(): number {
    return Math.floor(this.core.session.serverTimeMs / 1000)
  }
  /** Ours: without a connection, tries to get one now instead of at the next planned time. */
  reconnectNow(): void {
    this.core.reconnectNow()
  }
  /** There is next to no log: errors of your handlers are printed, everything else is told by events. */
  setLogLevel(_level: number): void {}
  registerPlugin(_plugins: object): void {}

  // --- messages ------------------------------------------------------------------------------------------------------

  createTextMessage = (options: TextOptions): Message => talk.createText(this.core, options)
  createTextAtMessage = (options: TextAtOptions): Message => talk.createTextAt(this.core, options)
  createCustomMessage = (options: CustomOptions): Message => talk.createCustom(this.core, options)
  createFaceMessage = (options: FaceOptions): Message => talk.createFace(this.core, options)

  async sendMessage(message: Message, options?: SendOptions) {
    return answer({ message: await talk.send(this.core, message, options) })
  }
  async resendMessage(message: Message, options?: SendOptions) {
    return answer({ message: await talk.resend(this.core, message, options) })
  }
  async revokeMessage(message: Message) {
    return answer({ message: await talk.revoke(this.core, message) })
  }
  findMessage(id: string): Message | null {
    return talk.find(this.core, id)
  }
  async getMessageList({ conversationID }: { conversationID: string; nextReqMessageID?: string; count?: number }) {
    return answer(talk.list(this.core, conversationID))
  }

  // --- rooms ---------------------------------------------------------------------------------------------------------

  async createGroup(options: rooms.CreateGroupOptions) {
    return answer({ group: await rooms.create(this.core, options) })
  }
  async joinGroup(options: JoinOptions) {
    return answer(rooms.join(this.core, options))
  }
  async quitGroup(groupID: string) {
    return answer(rooms.quit(this.core, groupID))
  }
  async dismissGroup(groupID: string) {
    return answer(rooms.dismiss(this.core, groupID))
  }
  async getGroupProfile({ groupID }: { groupID: string; groupCustomFieldFilter?: string[] }) {
    return answer(rooms.look(this.core, groupID))
  }
  async searchGroupByID(groupID: string) {
    return answer(rooms.look(this.core, groupID))
  }
  async updateGroupProfile(options: GroupChange & { groupID: string }) {
    return answer({ group: await rooms.update(this.core, options) })
  }
  async getGroupList(_options?: object) {
    return answer({ groupList: this.core.rooms.all().map(room => room.group) })
  }
  async getGroupOnlineMemberCount(groupID: string) {
    return answer(rooms.onlineCount(this.core, groupID))
  }
  /** Ours: how things stand, without a question to the server for those who are in the room. */
  async getRoomState(groupID: string) {
    return answer(rooms.state(this.core, groupID))
  }

  // --- members and moderation ----------------------------------------------------------------------------------------

  async getGroupMemberList(options: members.ListOptions) {
    return answer(members.list(this.core, options))
  }
  async deleteGroupMember(options: members.Targets) {
    return answer(members.putOut(this.core, options))
  }
  async setGroupMemberMuteTime(options: { groupID: string; userID: string; muteTime: number }) {
    return answer(members.mute(this.core, options))
  }
  async setGroupMemberRole(options: { groupID: string; userID: string; role: string }) {
    return answer(members.setRole(this.core, options))
  }

  // Ours, from here to the next line.
  async removeGroupMember(options: Omit<members.Targets, 'duration'>) {
    return answer(members.putOut(this.core, { ...options, duration: 0 }))
  }
  async banGroupMember(options: members.Targets) {
    return answer(members.putOut(this.core, { duration: Infinity, ...options }))
  }
  async unbanGroupMember(options: members.Targets) {
    return answer(members.unban(this.core, options))
  }
  async getMutedMembers(groupID: string) {
    return answer(members.sanctioned(this.core, groupID, 'mute'))
  }
  async getBannedMembers(groupID: string) {
    return answer(members.sanctioned(this.core, groupID, 'ban'))
  }
  async setGroupAdmins(options: members.Targets & { isAdmin: boolean }) {
    return answer(members.setAdmins(this.core, options))
  }
  async updateGroupRules(options: GroupRules & { groupID: string }) {
    return answer({ rules: await members.updateRules(this.core, options) })
  }
  async deleteGroupMessages({ groupID, sequenceList, reason }: { groupID: string; sequenceList: number[]; reason?: string }) {
    const { gone, refused } = await talk.remove(this.core, groupID, sequenceList, reason)
    return answer({ sequenceList: gone, failureList: refused })
  }
  async getHeldMessages(groupID: string) {
    return answer({ messageList: await members.held(this.core, groupID) })
  }
  async judgeHeldMessages(options: Judged) {
    return answer(members.judge(this.core, options))
  }
  async getGroupTally(groupID: string) {
    return answer(members.tally(this.core, groupID))
  }

  async sendLike(groupID: string, taps = 1) {
    return answer(members.like(this.core, groupID, taps))
  }
  async getLikes(groupID: string, options?: { top?: number }) {
    return answer(members.likes(this.core, groupID, options))
  }

  // --- what members share --------------------------------------------------------------------------------------------

  async initGroupAttributes(options: { groupID: string; groupAttributes: Record<string, string> }) {
    return answer(shared.initAttributes(this.core, options))
  }
  async setGroupAttributes(options: { groupID: string; groupAttributes: Record<string, string> }) {
    return answer(shared.setAttributes(this.core, options))
  }
  async deleteGroupAttributes(options: { groupID: string; keyList?: string[] }) {
    return answer(shared.deleteAttributes(this.core, options))
  }
  async getGroupAttributes(options: { groupID: string; keyList?: string[] }) {
    return answer(shared.getAttributes(this.core, options))
  }
  async setGroupCounters(options: { groupID: string; counters: Record<string, number> }) {
    return answer(shared.setCounters(this.core, options))
  }
  async increaseGroupCounter(options: { groupID: string; key: string; value: number }) {
    return answer(shared.addCounter(this.core, options, 1))
  }
  async decreaseGroupCounter(options: { groupID: string; key: string; value: number }) {
    return answer(shared.addCounter(this.core, options, -1))
  }
  async getGroupCounters(options: { groupID: string; keyList?: string[] }) {
    return answer(shared.getCounters(this.core, options))
  }

  // --- profiles ------------------------------------------------------------------------------------------------------

  async getMyProfile() {
    return answer(profiles.mine(this.core))
  }
  async getUserProfile({ userIDList }: { userIDList: string[] }) {
    return answer(profiles.get(this.core, userIDList))
  }
  async updateMyProfile(change: profiles.ProfileChange) {
    return answer(profiles.update(this.core, change))
  }
}

export interface ChatSDK extends AbsentCalls {}
addAbsentCalls(ChatSDK.prototype)
