import { dictionary } from '../base/words.js'

// For the page these and those of words.ts are both `room`.
export const menuWords = dictionary(
  'room',
  {
    shareSystem: 'Share with …',
    copyLink: 'Copy link',
    qr: 'QR code',
    qrOf: 'QR code of this room’s address',
    hidden: 'Hidden words and people',
    report: 'Report this room',
    stopMotion: 'Stop all motion',
    allowMotion: 'Allow motion',
  },
  {
    shareSystem: '分享到…',
    copyLink: '复制链接',
    qr: '二维码',
    qrOf: '本直播间地址的二维码',
    hidden: '屏蔽词与屏蔽的用户',
    report: '举报直播间',
    stopMotion: '停止所有动效',
    allowMotion: '恢复动效',
  },
)
