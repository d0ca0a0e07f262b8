//! What a client does, by its role: logs in, joins, polls, talks, comes and goes.

use super::{Conn, EMPTY_POLLS, POLL_PAUSE, POLL_PAUSE_FAILED, POLL_PAUSE_LONG, Polling, Role, Stage, Talk, Talking};
use crate::{
    client::{
        dialect::{Asker, Message, Request},
        place::Way,
        search::{number_after, text_after},
        worker::Tools,
    },
    target::now_us,
};
use std::time::Instant;

impl Conn {
    pub(super) fn log_in(&mut self, tools: &mut Tools) {
        if self.wish.role == Role::Guest {
            // Comes back with his key for polling, and without anything else.
            return if self.polling.is_some() {
                self.ready(tools)
            } else {
                self.join(tools)
            };
        }
        self.stage = Stage::LoggingIn;
        self.ask(tools, &Request::LogIn);
    }

    pub(super) fn logged_in(&mut self, tools: &mut Tools) {
        let stays_out = self.wish.role == Role::Churner { inside: false };
        // Whoever comes back does not join again (web-sdk-wire.md 2.2), but asks for its room with its place in our own
        // protocol (section 3).
        let stays_in = self.inside && !self.wish.dialect.is_native();
        if stays_in || stays_out || self.wish.room.is_empty() {
            self.ready(tools);
        } else {
            self.join(tools);
        }
    }

    pub(super) fn join(&mut self, tools: &mut Tools) {
        self.stage = Stage::Joining;
        let (room, epoch) = (self.wish.room.clone(), self.epoch.clone());
        let place = self.inside.then(|| (&*epoch, self.place.last()));
        self.ask(tools, &Request::Join { room: &room, place });
    }

    /// It is in its room now, as the answer to its join says; false when it missed so much that it must join again for the
    /// rest.
    pub(super) fn entered(&mut self, tools: &mut Tools, document: &[u8], wire_bytes: usize) -> bool {
        let entrance = self.wish.dialect.entrance(document);
        let came_back = std::mem::replace(&mut self.inside, true);
        if let Some((key, next)) = entrance.poll {
            let next = if self.wish.role == Role::Guest { 0 } else { next };
            self.polling = Some(Box::new(Polling {
                key: key.to_owned(),
                next,
                empty: 0,
            }));
        }
        let Some((epoch, seq)) = entrance.place else {
            self.place.forget();
            return true;
        };
        let epoch_is_new = *self.epoch != *epoch || self.in_parts;
        self.in_parts = epoch_is_new && entrance.more;
        self.epoch = epoch.into();
        if entrance.resumed {
            let (told, way) = (tools.reader.look_native(document), Way::Missed { epoch_is_new });
            tools.seen.hear(&mut self.place, &told, way, wire_bytes, now_us());
            tools.seen.counts.resumed += u64::from(!entrance.more);
        } else if came_back {
            let counts = &mut tools.seen.counts;
            if entrance.gap {
                counts.gaps += 1;
            } else {
                counts.gaps_untold += 1;
            }
        }
        self.place.enter(seq);
        !entrance.more
    }

    pub(super) fn ready(&mut self, tools: &mut Tools) {
        self.stage = Stage::Ready;
        self.tries = 0;
        tools.opening = tools.opening.saturating_sub(1);
        let took = self.began.elapsed().as_micros() as u64;
        tools.seen.steps_us.saturating_record(took.max(1));
        tools.server.shared.one_more_ready();
        if self.polling.is_some() {
            self.poll(tools);
        }
    }

    /// Asks, and awaits the answer.
    pub(super) fn ask(&mut self, tools: &mut Tools, request: &Request<'_>) {
        self.awaited = self.number + 1;
        self.say(tools, request);
    }

    /// Asks; the answer does not matter, or is known by what it is.
    pub(super) fn say(&mut self, tools: &mut Tools, request: &Request<'_>) {
        self.number += 1;
        self.send(tools, Some(self.number), request);
    }

    /// Sends a request; without a number it is not answered.
    pub(super) fn send(&mut self, tools: &mut Tools, number: Option<u64>, request: &Request<'_>) {
        let asker = Asker {
            app: tools.server.app,
            user: &self.wish.user,
            ticket: &self.wish.ticket,
            credentials: self.who.as_deref(),
        };
        let frame = self.wish.dialect.frame(number, &asker, request);
        self.write(tools, &frame);
    }

    pub(super) fn poll(&mut self, tools: &mut Tools) {
        let Some(polling) = self.polling.take() else { return };
        let (key, next) = (polling.key.as_str(), polling.next);
        self.ask(tools, &Request::Poll { key, next });
        self.polling = Some(polling);
    }

    pub(super) fn polled(&mut self, tools: &mut Tools, document: &[u8], wire_bytes: usize, refused: bool) {
        let Some(polling) = &mut self.polling else { return };
        self.awaited = 0;
        let pause = if refused {
            tools.seen.counts.polls_failed += 1;
            POLL_PAUSE_FAILED
        } else {
            tools.seen.counts.polls += 1;
            if let Some(key) = text_after(document, "\"Key\":\"") {
                key.clone_into(&mut polling.key);
            }
            polling.next = number_after(document, "\"NextSeq\":").unwrap_or(polling.next);
            let told = tools.reader.look(document);
            polling.empty = if told.seqs.is_empty() { polling.empty + 1 } else { 0 };
            tools
                .seen
                .hear(&mut self.place, &told, Way::Polled, wire_bytes, now_us());
            if polling.empty < EMPTY_POLLS {
                POLL_PAUSE
            } else {
                POLL_PAUSE_LONG
            }
        };
        tools.wake_at(Instant::now() + pause, self.token);
    }

    /// Its timer: the next try, poll or message is due.
    pub fn on_timer(&mut self, tools: &mut Tools) {
        match self.stage {
            Stage::Waiting => tools.line.push_back(self.token),
            Stage::Ready if self.talking.is_some() => self.speak(tools),
            Stage::Ready if self.polling.is_some() && self.awaited == 0 => self.poll(tools),
            _ => {}
        }
    }

    /// From now on it speaks, or likes.
    pub fn talk(&mut self, tools: &mut Tools, talk: Talk) {
        if !matches!(self.wish.role, Role::Talker | Role::Liker { .. }) || self.stage != Stage::Ready {
            return;
        }
        let share = (self.wish.n as u64 * 7_919) % 1_000;
        let offset = talk.every.mul_f64(share as f64 / 1_000.0);
        tools.wake_at(talk.began + offset, self.token);
        self.talking = Some(Box::new(Talking { talk, offset, said: 0 }));
    }

    fn speak(&mut self, tools: &mut Tools) {
        let Some(talking) = &mut self.talking else { return };
        let Talk {
            began,
            began_us,
            every,
            messages,
            text_bytes,
        } = talking.talk;
        let mut due = Vec::new();
        while talking.said < messages {
            let after = talking.offset + every.mul_f64(talking.said as f64);
            if began + after > Instant::now() {
                tools.wake_at(began + after, self.token);
                break;
            }
            talking.said += 1;
            due.push((began_us + after.as_micros() as u64, talking.said));
        }
        let room = self.wish.room.clone();
        for (due_us, n) in due {
            match self.wish.role {
                Role::Liker { taps, asks } => self.like(tools, taps, asks),
                _ => self.say(
                    tools,
                    &Request::Say(&Message {
                        room: &room,
                        random: (self.wish.n as u64) << 16 | n,
                        due_us,
                        text_bytes,
                    }),
                ),
            }
        }
    }

    /// Joins when it is outside and leaves when it is inside. Says false when the last time is not over yet.
    pub fn toggle(&mut self, tools: &mut Tools) -> bool {
        if self.stage != Stage::Ready {
            return false;
        }
        self.stage = Stage::Toggling;
        self.began = Instant::now();
        let room = self.wish.room.clone();
        let request = if self.inside {
            Request::Leave { room: &room }
        } else {
            Request::Join {
                room: &room,
                place: None,
            }
        };
        self.ask(tools, &request);
        true
    }

    pub(super) fn toggled(&mut self, tools: &mut Tools, document: &[u8], wire_bytes: usize, refusal: Option<String>) {
        self.stage = Stage::Ready;
        if let Some(why) = refusal {
            tools.seen.counts.churn_failed += 1;
            tools.server.shared.note(&format!("join or leave: {why}"));
            return;
        }
        if self.inside {
            self.inside = false;
            self.place.forget();
            tools.seen.counts.leaves += 1;
        } else {
            self.entered(tools, document, wire_bytes);
            tools.seen.counts.joins += 1;
        }
        let took = self.began.elapsed().as_micros() as u64;
        tools.seen.steps_us.saturating_record(took.max(1));
    }
}
