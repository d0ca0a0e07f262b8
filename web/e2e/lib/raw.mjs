// One request over a WebSocket of our own, for what the SDK would not send (wire page section 1).
import { APP } from './server.mjs'

/** Runs in the page. */
async function rawRequestInPage({ url, request }) {
  const socket = new WebSocket(url)
  socket.binaryType = 'arraybuffer'
  try {
    await new Promise((resolve, reject) => {
      socket.onopen = resolve
      socket.onerror = () => reject(new Error(`no connection to ${url}`))
    })
    const answer = new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`no answer to ${request.head.servcmd}`)), 5000)
      socket.onclose = ({ code }) => reject(new Error(`closed with ${code} instead of an answer`))
      socket.onmessage = ({ data }) => {
        const document = JSON.parse(new TextDecoder().decode(data))
        if (document.head.servcmd === request.head.servcmd && document.head.seq === request.head.seq) resolve(document)
      }
    })
    socket.send(new TextEncoder().encode(JSON.stringify(request)))
    return await answer
  } finally {
    socket.onclose = null
    socket.close()
  }
}

/** Sends one command on a fresh socket and gives the answering document. */
export function rawRequest(page, wsUrl, { servcmd, body, appId = APP.id, ...head }) {
  const query = `sdkappid=${appId}&instanceid=${'0'.repeat(32)}&random=0.5&platform=7&host=unknown&version=-1&sdkversion=2.27.6`
  const seq = 56787590
  return page.evaluate(rawRequestInPage, {
    url: `${wsUrl}/binfo?${query}`,
    request: {
      head: { ver: 'v4', platform: 7, websdkappid: 537048168, websdkversion: '1.7.3', status_instid: 0, sdkappid: appId, contenttype: 'json', reqtime: 0, servcmd, seq, ...head },
      body,
    },
  })
}
