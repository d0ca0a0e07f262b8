/** Names that older pages send in brackets, `[微笑]`, each with the emoji that it is now. */
const NAMED =
  '微笑🙂 龇牙😁 憨笑😄 可爱😊 色😍 得意😏 酷😎 调皮😜 偷笑🤭 坏笑😼 害羞☺️ 飞吻😘 么么哒😚 亲亲💋 抱抱🤗 流汗😅 擦汗😓 冷汗😰 惊讶😮 惊恐😱 疑问❓ 发呆😳 尴尬😬 白眼🙄 撇嘴😒 鄙视😤 傲慢😑 闭嘴🤐 嘘🤫 困😴 晕😵 吐🤮 难过😞 流泪😢 大哭😭 委屈🥺 可怜🥹 快哭了😿 抓狂😫 怒😡 骂人🤬 阴险😈 奋斗💪 再见👋 鼓掌👏 强👍 弱👎 握手🤝 胜利✌️ OK👌 抱拳🙏 拳头✊ 勾引🫵 爱你🤟 爱心❤️ 心碎💔 玫瑰🌹 凋谢🥀 礼物🎁 蛋糕🎂 庆祝🎉 烟花🎆 太阳☀️ 月亮🌙 闪电⚡ 火🔥 炸弹💣 咖啡☕ 啤酒🍺 西瓜🍉 米饭🍚 猪头🐷 骷髅💀 便便💩 足球⚽ 篮球🏀 火箭🚀 皇冠👑 星星⭐ 百分💯'

/** `微笑` -> 🙂 */
export const CODES: Readonly<Record<string, string>> = Object.fromEntries(
  NAMED.split(' ').map(pair => {
    const [, name, emoji] = /^([\p{Script=Han}\w]+)(.+)$/u.exec(pair)!
    return [name, emoji]
  }),
)
