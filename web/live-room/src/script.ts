// For a script tag: registers the elements; the page finds the classes, and the chat SDK, as `PlauditLiveRoom`.
export * from './define.js'
export { TencentCloudChat } from '@plaudit/chat'
/** For rows of the page's own. */
export { html } from 'lit'
