import { dictionary } from '../base/words.js'
import type { PlayerWords } from './words.js'

// What the bar and its menu say. For the page these and those of words.ts are both `player`.
export const deckWords = dictionary(
  'player',
  {
    pause: 'Pause',
    mute: 'Mute',
    unmute: 'Unmute',
    volume: 'Volume',
    tapToUnmute: 'Tap to unmute',
    live: 'Live',
    toLive: 'Go to live',
    position: 'Position',
    captions: 'Captions',
    settings: 'Line and quality',
    line: 'Line',
    lineNumber: (number: string) => `Line ${number}`,
    quality: 'Quality',
    auto: 'Auto',
    pip: 'Picture in picture',
    full: 'Full screen',
    small: 'Leave full screen',
  },
  {
    pause: '暂停',
    mute: '静音',
    unmute: '取消静音',
    volume: '音量',
    tapToUnmute: '点击取消静音',
    live: '直播',
    toLive: '回到直播',
    position: '进度',
    captions: '字幕',
    settings: '线路与清晰度',
    line: '线路',
    lineNumber: (number: string) => `线路 ${number}`,
    quality: '清晰度',
    auto: '自动',
    pip: '画中画',
    full: '全屏',
    small: '退出全屏',
  },
)

export type DeckWords = PlayerWords & (typeof deckWords)['en']
