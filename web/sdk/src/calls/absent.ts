// Calls of the official SDKs that a live room does not have. They are there, and say so: a program that tries one gets a
// rejection with a code instead of "is not a function".
import { CODE, IMError, unsupported } from '../errors.js'

/** Those that the official SDKs refuse in a live room by themselves, with their codes. */
export const REFUSED = {
  addGroupMember: CODE.NO_INVITATIONS,
  changeGroupOwner: CODE.NOT_TRANSFERABLE,
  deleteMessage: CODE.NOT_DELETABLE,
  getGroupMemberProfile: CODE.NOT_IN_LIVE_ROOMS,
  modifyMessage: CODE.MODIFY_REFUSED,
  setGroupMemberCustomField: CODE.NOT_IN_LIVE_ROOMS,
  setGroupMemberNameCard: CODE.NOT_IN_LIVE_ROOMS,
} as const

export const UNSUPPORTED = [
  'acceptFriendApplication', 'addFriend', 'addMessageReaction', 'addSignalingInvitation', 'addToBlacklist', 'addToFriendGroup',
  'callExperimentalAPI', 'checkFriend', 'checkFollowType', 'clearHistoryMessage', 'createConversationGroup',
  'createFriendGroup', 'createMergerMessage', 'createTopicInCommunity', 'deleteConversation', 'deleteConversationGroup',
  'deleteConversationFromGroup', 'deleteFriend', 'deleteFriendApplication', 'deleteFriendGroup', 'deleteMessageExtensions',
  'deleteTopicFromCommunity', 'downloadMergeMessage', 'downloadMergerMessage', 'followUser', 'getAllUserReactionsOfMessage',
  'getBlacklist', 'getConversationGroupList', 'getConversationList', 'getConversationListByFilter', 'getConversationProfile',
  'getFriendApplicationList', 'getFriendGroupList', 'getFriendList', 'getFriendProfile', 'getGroupApplicationList',
  'getGroupMessageReadMemberList', 'getJoinedCommunityList', 'getMessageExtensions', 'getMessageListHopping',
  'getMessageReactions', 'getMessageReadReceiptList', 'getMutualFollowersList', 'getMyFollowersList', 'getMyFollowingList',
  'getPinnedGroupMessageList', 'getTopicList', 'getTotalUnreadMessageCount', 'getUserFollowInfo', 'getUserStatus',
  'handleGroupApplication', 'invite', 'inviteInGroup', 'markConversation', 'markGroupMemberList', 'pinConversation',
  'pinGroupMessage', 'refuseFriendApplication', 'removeFromBlacklist', 'removeFromFriendGroup', 'removeMessageReaction',
  'renameConversationGroup', 'renameFriendGroup', 'searchCloudMessages', 'searchCloudGroups', 'searchCloudUsers',
  'sendMessageReadReceipt', 'setAllMessageRead', 'setAllReceiveMessageOpt', 'setConversationCustomData',
  'setConversationDraft', 'setFriendApplicationRead', 'setMessageExtensions', 'setMessageRead', 'setMessageRemindType',
  'setSelfStatus', 'subscribeUserStatus', 'translateText', 'unfollowUser', 'unsubscribeUserStatus', 'updateFriend',
  'updateMyFriend', 'updateTopicProfile',
] as const

/** Messages that cannot be made. The official calls give a message back at once, so these throw at once. */
export const UNMAKABLE = [
  'createAudioMessage', 'createFileMessage', 'createForwardMessage', 'createImageMessage', 'createLocationMessage',
  'createVideoMessage',
] as const

export type AbsentCalls = Record<keyof typeof REFUSED | (typeof UNSUPPORTED)[number], (...anything: unknown[]) => Promise<never>> &
  Record<(typeof UNMAKABLE)[number], (...anything: unknown[]) => never>

/** Gives a class all of them. */
export function addAbsentCalls(prototype: object): void {
  const add = (name: string, call: () => unknown) => Object.defineProperty(prototype, name, { value: call, writable: true, configurable: true })
  for (const [name, code] of Object.entries(REFUSED)) {
    add(name, () => Promise.reject(new IMError(code, `${name}: a live room does not have this`)))
  }
  for (const name of UNSUPPORTED) add(name, () => Promise.reject(unsupported(name)))
  for (const name of UNMAKABLE) {
    add(name, () => {
      throw unsupported(name)
    })
  }
}
