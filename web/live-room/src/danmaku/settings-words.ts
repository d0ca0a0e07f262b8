import { dictionary } from '../base/words.js'

export const danmakuSettingsWords = dictionary(
  'danmaku',
  {
    show: 'Show bullet comments',
    opacity: 'Opacity',
    fontSize: 'Size',
    speed: 'Speed',
    area: 'Area',
    areas: ['¼', '½', 'Full'],
    areaNames: ['A quarter of the picture', 'Half of the picture', 'The whole picture'],
    density: 'How many',
    densities: ['Few', 'Some', 'All'],
    mode: 'Where',
    modes: ['Scroll', 'Top', 'Bottom'],
    reset: 'Reset',
  },
  {
    show: '显示弹幕',
    opacity: '不透明度',
    fontSize: '字号',
    speed: '速度',
    area: '显示区域',
    areas: ['¼', '½', '全屏'],
    areaNames: ['四分之一屏', '半屏', '全屏'],
    density: '同屏数量',
    densities: ['较少', '适中', '不限'],
    mode: '位置',
    modes: ['滚动', '顶部', '底部'],
    reset: '恢复默认',
  },
)
