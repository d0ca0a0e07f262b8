/** Numbers of errors that are found here. Those of the chat part are passed on as they come. */
export const CODE = {
  NO_SDKAPPID: 2000,
  BAD_PARAMETER: 10004,
  /** What it needs is not there, and an adapter would bring it. Far from every range of the vendor's. */
  NEEDS_ADAPTER: 990001,
  /** This server takes no video yet. */
  NO_INGEST: 990002,
} as const

/** What rejected promises of player and pusher carry. */
export class TWebLiveError extends Error {
  override readonly name = 'TWebLiveError'

  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message)
  }
}

export const bad = (message: string): TWebLiveError => new TWebLiveError(CODE.BAD_PARAMETER, message)
