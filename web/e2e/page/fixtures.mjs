// A page with elements of web/live-room on it.
import { test as base, expect } from '../lib/fixtures.mjs'
import { APP } from '../lib/server.mjs'
import { sign } from '../lib/usersig.mjs'

export { expect, APP }

export const test = base.extend({
  /**
   * Opens a page and puts an element on it that enters a room:
   * `await show('live-chat', { room, user?, nick?, server?, attributes?, size?, path? })`. A guest without `user`.
   * The client is that of lib/page.mjs; `client.element` is a locator of the element, into which Playwright looks.
   */
  show: async ({ openPage, server: shared }, use) =>
    use(async (tag, { room, user, nick, server = shared, wsUrl = server.wsUrl, attributes = {}, size = { width: 1280, height: 800 }, path = '/live-room' }) => {
      const client = await openPage(path, user ?? 'guest')
      await client.page.setViewportSize(size)
      await client.page.evaluate(
        ([tag, attributes]) => {
          const element = document.createElement(tag)
          for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value)
          document.body.append(element)
        },
        [tag, { 'app-id': APP.id, 'room-id': room, server: wsUrl, ...(user && { 'user-id': user, 'user-sig': sign(user) }), nick, ...attributes }],
      )
      client.element = client.page.locator(tag)
      await expect.poll(() => client.element.evaluate(element => element.room?.view.phase)).toBe('in')
      if (user) await expect.poll(() => client.element.evaluate(element => element.room.view.me.userId)).toBe(user)
      return client
    }),
})
