/** v3 has invitations to calls. They are no part of a live room; the names are here so that programs compile. */
export const TSignaling = Object.freeze({
  NEW_INVITATION_RECEIVED: 'ts_new_invitation_received',
  INVITEE_ACCEPTED: 'ts_invitee_accepted',
  INVITEE_REJECTED: 'ts_invitee_rejected',
  INVITATION_CANCELLED: 'ts_invitation_cancelled',
  INVITATION_TIMEOUT: 'ts_invitation_timeout',
  INVITATION_MODIFIED: 'ts_invitation_modified',
} as const)

export type TSignaling = (typeof TSignaling)[keyof typeof TSignaling]
