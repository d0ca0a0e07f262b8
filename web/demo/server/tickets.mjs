// UserSigs, made by the vendor's own signer: what a real backend would do for its logged-in users.

import TLSSigAPIv2 from 'tls-sig-api-v2'

const SIX_HOURS_S = 6 * 3600

export function sign({ app, secret }, user) {
  return new TLSSigAPIv2.Api(app, secret).genSig(user, SIX_HOURS_S)
}
