// The room's own account of its messages, and its rate, from the admin API (docs/admin-api.md).

/** The rate of a room for which nobody has set another (docs/configuration.md, rooms.rate_per_s). */
const RATE_PER_S = 40

/** `account(from, until)` in seconds since 1970: `{ rate, causes: { dropped: {...}, rejected: {...} } }`. */
export function accountOf({ admin, app, room, ticket }) {
  const ask = async (what) => {
    const headers = { authorization: `UserSig administrator:${ticket()}` }
    const url = `${admin}/v1/apps/${app}/rooms/${encodeURIComponent(room)}/${what}`
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(5_000) })
    if (!answer.ok) throw new Error(`${what}: HTTP ${answer.status}`)
    return answer.json()
  }
  return async (from, until) => {
    const [{ rules }, { total }] = await Promise.all([ask('rules'), ask(`tally?from=${from}&to=${until + 1}`)])
    return { rate: rules.rate_per_s ?? RATE_PER_S, causes: { dropped: total.dropped, rejected: total.rejected } }
  }
}
