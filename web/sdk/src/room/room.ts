import type { Group, RoomState } from '../api.js'
import { EVENT } from '../constants/event.js'
import type { Emitter } from '../emitter.js'
import { messageId, said, type Message } from '../message.js'
import { changed, noProfile, nowSeconds, toGroup, toRoomState } from '../shapes.js'
import type { Batch, Gone, JoinAnswer, Out, Person, Place, Profile, RoomEvent, SaidEvent, Skipped, State, Values, You } from '../wire.js'
import { LikesOut } from './likes.js'
import { Memory } from './memory.js'
import * as place from './place.js'
import { farewell, messageOf } from './story.js'

/** What a room needs to know of the world around it. */
export interface RoomWorld {
  emitter: Emitter
  me(): string
  /** The message of this instance that the event is, if it is one: its sender is not told of it as received. */
  own(room: string, event: SaidEvent & { seq: number; at: number }): Message | undefined
  sendTaps(room: string, taps: number): Promise<{ counted: number; refused: number; total: number; mine: number }>
  tapMs: number
}

/** One room that we are in: where we are in what happened there, and how things stand. */
export class Room {
  place: Place | undefined
  profile: Profile
  attributes: Values<string> = { version: 0, values: {} }
  counters: Values<number> = { version: 0, values: {} }
  readonly taps: LikesOut
  private state: State = {}
  private you: You | undefined
  private readonly memory = new Memory()
  private readonly joinedAt = nowSeconds()

  constructor(
    readonly id: string,
    private readonly world: RoomWorld,
    /** For guests who read without a WebSocket: the key of a signed link. */
    readonly readingKey?: string,
  ) {
    this.profile = noProfile(id)
    this.taps = new LikesOut(world.tapMs, async taps => {
      const answer = await world.sendTaps(id, taps)
      if (this.you) this.you.likes = answer.mine
      this.state.likes = { total: answer.total } // the room is told of it with the next tick
      return answer
    })
  }

  get group(): Group {
    const { profile, state, you, joinedAt } = this
    return toGroup(this.world.me(), { profile, state, you, joinedAt, seq: this.place?.seq ?? 0 })
  }

  get stands(): RoomState {
    const { profile, state, you } = this
    return toRoomState({ profile, state, you })
  }

  /** What we have changed ourselves: the event that tells everybody may come later than the answer to it. */
  change(change: Partial<Profile>): void {
    this.profile = changed(this.profile, change)
    if (change.mute_all !== undefined) this.state.rules = { ...this.state.rules, mute_all: change.mute_all }
  }

  find(where: (message: Message) => boolean): Message | undefined {
    return this.memory.find(where)
  }

  get messages(): Message[] {
    return this.memory.all()
  }

  // --- frames ------------------------------------------------------------------------------------------------------

  /** The answer to a `join`, the first one or that after a new connection. `given` is the place that went with it. */
  arrive(answer: JoinAnswer, given: Place | undefined): void {
    if (answer.profile) this.profile = answer.profile
    if (answer.you) this.you = answer.you
    Object.assign(this.state, answer.state)
    const comesBack = given !== undefined
    this.go(place.arrive(given, answer))
    if (answer.attributes) this.replaceAttributes(answer.attributes, comesBack)
    if (answer.counters) this.replaceCounters(answer.counters, comesBack)
    this.tellState()
  }

  batch(frame: Batch): void {
    if (this.place) this.go(place.batch(this.place, frame))
  }

  skipped(frame: Skipped): void {
    if (this.place) this.go(place.skip(this.place, frame))
  }

  stateIs(state: State): void {
    const { likes, ...others } = state
    if (likes) this.likesAre(likes)
    if (others.rules) this.state.rules = { ...this.state.rules, ...others.rules }
    if (others.online) this.state.online = others.online
    if (others.rules || others.online) this.tellState()
  }

  youAre(you: You): void {
    this.you = you
    this.tellState()
  }

  /** We are not in the room any more. The end of the room itself was told by its last event, if that came. */
  out(out: Out): void {
    this.tell([farewell(this.profile, this.place?.seq ?? 0, out)])
  }

  // --- events ------------------------------------------------------------------------------------------------------

  private go({ place, fresh, hole }: place.Step): void {
    if (this.place && place.seq < this.place.seq) this.memory.clear() // another server: its numbers are not ours
    this.place = place
    if (hole) this.world.emitter.emit(EVENT.GAP_DETECTED, { groupID: this.id, ...hole })
    let messages: Message[] = []
    for (const event of fresh) {
      const message = this.messageOf(event)
      if (message) messages.push(message)
      const update = this.update(event)
      if (!update) continue
      this.tell(messages) // what came before the update is told before it
      messages = []
      update()
    }
    this.tell(messages)
  }

  private messageOf(event: RoomEvent): Message | undefined {
    if (event.type !== 'message' && event.type !== 'broadcast') return messageOf({ ...this.profile, id: this.id }, event)
    const own = this.world.own(this.id, event)
    const message = own ?? said(this.id, this.world.me(), event)
    this.memory.keep(message)
    return own ? undefined : message
  }

  /** What an event changes beyond being told as a message: applied at once, the news is given back. */
  private update(event: RoomEvent): (() => void) | undefined {
    switch (event.type) {
      case 'deleted':
        return () => this.revoke(event.messages, event.by, event.reason)
      case 'profile':
        this.profile = changed(this.profile, event.change)
        return undefined
      case 'attributes': {
        this.attributes = changedValues(this.attributes, event)
        return () => this.tellAttributes()
      }
      case 'counters':
        this.counters = changedValues(this.counters, event)
        return () => this.tellCounters(event.set)
      default:
        return undefined
    }
  }

  private revoke(gone: Gone[], by: Person, reason?: string): void {
    const messages = gone.map(one => {
      const message = this.memory.at(one.seq) ?? this.unknown(one)
      message.revoked(by, reason)
      return message
    })
    this.world.emitter.emit(EVENT.MESSAGE_REVOKED, messages)
  }

  /** A message that was said before we came, or is too old to be remembered: only its name is known. */
  private unknown({ seq, number, random, client_time }: Gone): Message {
    const at = { seq, at: client_time * 1000 }
    const nobody = { user: '', number, nick: '', avatar: '' }
    const message = said(this.id, this.world.me(), { ...at, type: 'message', from: nobody, random, client_time, priority: 'normal', parts: [] })
    message.ID = messageId(number, client_time, random)
    return message
  }

  // --- what is told ------------------------------------------------------------------------------------------------

  private tell(messages: Message[]): void {
    if (messages.length > 0) this.world.emitter.emit(EVENT.MESSAGE_RECEIVED, messages)
  }

  private tellState(): void {
    this.world.emitter.emit(EVENT.ROOM_STATE_UPDATED, this.stands)
  }

  private likesAre({ total, add = 0 }: { total: number; add?: number }): void {
    this.state.likes = { total }
    this.world.emitter.emit(EVENT.LIKES_UPDATED, { groupID: this.id, total, add, mine: this.you?.likes })
  }

  private replaceAttributes(attributes: Values<string>, comesBack: boolean): void {
    const news = comesBack && attributes.version !== this.attributes.version
    this.attributes = attributes
    if (news) this.tellAttributes()
  }

  private replaceCounters(counters: Values<number>, comesBack: boolean): void {
    const before = this.counters.values
    this.counters = counters
    if (!comesBack) return
    this.tellCounters(Object.fromEntries(Object.entries(counters.values).filter(([key, value]) => before[key] !== value)))
  }

  private tellAttributes(): void {
    const groupAttributes = { ...this.attributes.values }
    this.world.emitter.emit(EVENT.GROUP_ATTRIBUTES_UPDATED, { groupID: this.id, groupAttributes })
  }

  private tellCounters(set: Record<string, number>): void {
    for (const [key, value] of Object.entries(set)) {
      this.world.emitter.emit(EVENT.GROUP_COUNTER_UPDATED, { groupID: this.id, key, value })
    }
  }
}

function changedValues<T>(known: Values<T>, { version, set, gone }: { version: number; set: Record<string, T>; gone: string[] }): Values<T> {
  const values = { ...known.values, ...set }
  for (const key of gone) delete values[key]
  return { version, values }
}
