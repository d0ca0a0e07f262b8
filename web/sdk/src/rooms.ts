import type { JoinResult } from './api.js'
import { EVENT } from './constants/event.js'
import { TYPES } from './constants/types.js'
import { CODE, IMError } from './errors.js'
import type { Emitter } from './emitter.js'
import { Room, type RoomWorld } from './room/room.js'
import type { Requests } from './transport/requests.js'
import type { Batch, JoinAnswer, Out, Skipped, Stands } from './wire.js'

/** Causes after which a room is still there, and the same join may succeed a moment later. */
const PASSING: (string | undefined)[] = ['busy', 'internal']
const JOIN_AGAIN_MS = 2000

/** What only a connection can end; the next one joins again. */
const isOfConnection = ({ code, data }: IMError) => code === CODE.NETWORK || code === CODE.TIMEOUT || data.cause === 'login'

/** Called once, with the answer to a join. */
export type Entered = (answer: JoinAnswer) => void
/** A way to enter a room. The promise only tells of failure; success is told at once, before what follows it. */
export type Enter = (id: string, entered: Entered, readingKey?: string) => Promise<unknown>

interface Entering {
  result: Promise<JoinResult>
  enter: Entered
  readingKey?: string
}

/** The rooms that we are in. */
export class Rooms {
  private readonly rooms = new Map<string, Room>()
  /** Those of a guest who has logged in: he is a member when he joins, and goes on where he was. */
  private readonly parked = new Map<string, Room>()
  /** Those that we are about to be in. */
  readonly entering = new Map<string, Entering>()

  constructor(
    private readonly requests: Requests,
    private readonly emitter: Emitter,
    private readonly world: RoomWorld,
    private readonly multiple: boolean,
  ) {}

  get(id: string): Room | undefined {
    return this.rooms.get(id)
  }

  all(): Room[] {
    return [...this.rooms.values()]
  }

  get isWanted(): boolean {
    return this.rooms.size > 0 || this.entering.size > 0
  }

  // --- by the application ------------------------------------------------------------------------------------------

  /** `way` is how the answer to the join is got; by default over the connection. */
  join(id: string, readingKey?: string, way: Enter = this.overConnection): Promise<JoinResult> {
    const here = this.rooms.get(id)
    if (here) return Promise.resolve({ status: TYPES.JOIN_STATUS_ALREADY_IN_GROUP, group: here.group })
    const underWay = this.entering.get(id)
    if (underWay) return underWay.result
    if (!this.multiple) this.leaveOthers()
    const entering: Entering = { enter: () => {}, readingKey, result: undefined as never }
    const result = new Promise<JoinResult>((resolve, reject) => {
      entering.enter = answer => {
        if (this.entering.get(id) === entering) resolve(this.entered(id, answer, readingKey))
      }
      this.entering.set(id, entering)
      way(id, answer => entering.enter(answer), readingKey).catch(reject)
    })
    entering.result = result.finally(() => this.entering.get(id) === entering && this.entering.delete(id))
    return entering.result
  }

  private entered(id: string, answer: JoinAnswer, readingKey?: string): JoinResult {
    this.entering.delete(id)
    const parked = this.parked.get(id)
    const room = parked ?? new Room(id, this.world, readingKey)
    this.parked.delete(id)
    this.rooms.set(id, room)
    this.emitter.holdForCaller()
    room.arrive(answer, parked?.place)
    if (answer.more) this.rejoinOne(room)
    this.tellList()
    const status = answer.already ? TYPES.JOIN_STATUS_ALREADY_IN_GROUP : TYPES.JOIN_STATUS_SUCCESS
    return { status, group: room.group }
  }

  private readonly overConnection: Enter = (id, entered) =>
    this.requests.ask('join', { room: id, ...this.parked.get(id)?.place }, {
      heard: ok => entered(ok as unknown as JoinAnswer),
      wanted: () => this.entering.has(id), // a guest may be in by another way meanwhile
    })

  async leave(id: string): Promise<void> {
    const room = this.rooms.get(id)
    if (!room) throw new IMError(CODE.NOT_A_MEMBER, `not in the room ${id}`)
    room.taps.flush()
    await this.requests.ask('leave', { room: id }).catch((error: IMError) => {
      if (error.code !== CODE.NO_PERMISSION) throw error // 10007: the server has us outside already
    })
    this.forget(id)
  }

  /** One room at a time, as the official SDKs have it. Nobody waits for the answer: what the room says is not heard any more. */
  private leaveOthers(): void {
    for (const { id } of this.all()) {
      void this.leave(id).catch(() => {})
      this.forget(id)
    }
  }

  forget(id: string): void {
    if (this.rooms.delete(id)) this.tellList()
  }

  /** A guest has logged in. The server has him outside; he joins again, as with the official SDKs, perhaps after he has
   * said who he is. */
  park(): void {
    for (const room of this.all()) this.parked.set(room.id, room)
    this.rooms.clear()
  }

  clear(): void {
    this.rooms.clear()
    this.parked.clear()
    this.entering.clear()
  }

  // --- by the connection -------------------------------------------------------------------------------------------

  /** Asks for every room with the place where we are: exactly what was missed follows, or the truth. */
  rejoin(): void {
    for (const room of this.all()) this.rejoinOne(room)
  }

  private rejoinOne(room: Room): void {
    const { id, place } = room
    const isStillThere = () => this.rooms.get(id) === room
    this.requests
      .askNow<JoinAnswer>('join', { room: id, ...place }, ok => {
        if (!isStillThere()) return
        const answer = ok as unknown as JoinAnswer
        room.arrive(answer, place)
        if (answer.more) this.rejoinOne(room) // it was too much for one answer
      })
      .catch((error: IMError) => {
        if (!isStillThere() || isOfConnection(error)) return
        if (!PASSING.includes(error.data.cause)) {
          const why = error.code === CODE.NO_ROOM ? 'dismissed' : 'removed'
          return this.out(room, { why, reason: error.message })
        }
        const { retryAfter } = error.data
        setTimeout(() => isStillThere() && this.rejoinOne(room), retryAfter ? retryAfter * 1000 : Math.random() * JOIN_AGAIN_MS)
      })
  }

  /** A frame about a room. Those about rooms that we have left are late. */
  frame(frame: Batch | Skipped | Stands): void {
    const room = this.rooms.get(frame.room)
    if (!room) return
    if ('events' in frame) {
      room.batch(frame)
      if (frame.events.some(event => event.type === 'dismissed')) this.forget(room.id)
    } else if ('skipped' in frame) room.skipped(frame)
    else if ('state' in frame) room.stateIs(frame.state)
    else if ('you' in frame) room.youAre(frame.you)
    else if ('out' in frame) this.out(room, frame.out)
  }

  private out(room: Room, out: Out): void {
    room.out(out)
    this.forget(room.id)
  }

  tellList(): void {
    this.emitter.emit(EVENT.GROUP_LIST_UPDATED, this.all().map(room => room.group))
  }
}
