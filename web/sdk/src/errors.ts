/**
 * Numbers of errors that the SDK itself finds, without the server. They are the official SDKs' own, so that callers may
 * go on comparing them, but for `UNSUPPORTED`. Numbers of the server are passed on as they are (docs/protocol.md 2).
 */
export const CODE = Object.freeze({
  NO_SDKAPPID: 2000,
  NO_USER_ID: 2002,
  NO_USER_SIG: 2003,
  NOT_LOGGED_IN: 2024,
  LOGIN_UNDER_WAY: 2025,
  NOT_IN_ROOM: 2101,
  NO_MESSAGE: 2105,
  BAD_CONVERSATION_TYPE: 2106,
  HANDLER_THREW: 2109,
  MODIFY_REFUSED: 2481,
  BAD_GROUP_ID: 2602,
  NOT_TRANSFERABLE: 2620,
  NOT_A_MEMBER: 2623,
  NOT_JOINED: 2642,
  NO_INVITATIONS: 2661,
  GUESTS_ONLY_IN_LIVE_ROOMS: 2662,
  NOT_IN_LIVE_ROOMS: 2687,
  NETWORK: 2800,
  TIMEOUT: 2801,
  TOO_OFTEN: 2996,
  NOT_READY: 2999,
  /** What the official SDKs of both versions say after a logout or a kick. */
  LOGGED_OUT: 3005,
  BAD_PARAMETER: 10004,
  NO_PERMISSION: 10007,
  NO_ROOM: 10010,
  TOO_FAST: 10023,
  NOT_DELETABLE: 10035,
  /** Ours: the call exists in the official SDKs and not here. Far from every range of the vendor's. */
  UNSUPPORTED: 990001,
} as const)

export interface ErrorData {
  /** The cause in one word, where the server told one: `muted`, `slow_mode`, `words`, `lane_full`, ... */
  cause?: string
  /** In how many seconds the same call may succeed. */
  retryAfter?: number
}

/** What rejected promises carry. */
export class IMError extends Error {
  override readonly name = 'IMError'

  constructor(
    readonly code: number,
    message: string,
    readonly data: ErrorData = {},
  ) {
    super(message)
  }
}

/** An error of the wire as callers see it. */
export function fromWire(error: { code: number; cause?: string; text?: string; retry_after_ms?: number }): IMError {
  const { code, cause, text, retry_after_ms } = error
  return new IMError(code, text ?? cause ?? `error ${code}`, { cause, retryAfter: seconds(retry_after_ms) })
}

export const unsupported = (what: string): IMError =>
  new IMError(CODE.UNSUPPORTED, `${what} is not supported: this SDK is for live rooms`)

/** Whole seconds, never too few. */
export const seconds = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : Math.ceil(ms / 1000)
