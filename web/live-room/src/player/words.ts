import { dictionary } from '../base/words.js'

export const WORDS = dictionary(
  'player',
  {
    player: 'Video',
    play: 'Play',
    loading: 'Loading…',
    notStarted: 'The broadcast has not started',
    startsIn: (time: string) => `Starts in ${time}`,
    startsAt: (date: string) => `Starts ${date}`,
    soon: 'It starts any moment now',
    ended: 'The broadcast has ended',
    none: 'No video yet',
    failed: 'The video cannot be played now',
    trying: 'We keep trying.',
    again: 'Try again',
  },
  {
    player: '视频',
    play: '播放',
    loading: '加载中…',
    notStarted: '直播尚未开始',
    startsIn: (time: string) => `距开播还有 ${time}`,
    startsAt: (date: string) => `${date} 开播`,
    soon: '即将开播',
    ended: '直播已结束',
    none: '暂无视频',
    failed: '视频暂时无法播放',
    trying: '正在自动重试。',
    again: '重试',
  },
)

export type PlayerWords = (typeof WORDS)['en']
